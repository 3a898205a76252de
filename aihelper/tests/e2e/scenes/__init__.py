"""The scenes of the pictures, one module per part of the page; each gives its own by their names."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from aihelper.tests.e2e.scenes import around, details, doors, finding, lists, network, sharing, states, turns, writing

if TYPE_CHECKING:
    from aihelper.tests.e2e.screenshots import Studio

PARTS = (turns, states, writing, lists, finding, around, sharing, network, details)


def outside(studio: "Studio") -> dict[str, Callable[[], None]]:
    """Those of somebody who is not signed in."""
    return doors.scenes(studio)


def scenes(studio: "Studio") -> dict[str, Callable[[], None]]:
    """All others."""
    return {name: scene for part in PARTS for name, scene in part.scenes(studio).items()}
