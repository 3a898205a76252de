"""The scenes of the pictures, one module per part of the page; each gives its own by their names."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from aihelper.tests.e2e.scenes import around, details, finding, lists, network, sharing, turns, writing

if TYPE_CHECKING:
    from aihelper.tests.e2e.screenshots import Studio

PARTS = (turns, writing, lists, finding, around, sharing, network, details)


def scenes(studio: "Studio") -> dict[str, Callable[[], None]]:
    """All of them."""
    return {name: scene for part in PARTS for name, scene in part.scenes(studio).items()}
