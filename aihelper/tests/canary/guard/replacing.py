"""Putting something around functions of others, for the life of the process."""

import sys
from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]
OURS = ("aihelper", "accounts", "providers", "chat", "django")


def replace(owner: Any, name: str, around: Callable[[Function], Function]) -> None:
    """Put something around an attribute of a module or a class."""
    setattr(owner, name, around(getattr(owner, name)))


def everywhere(function: Function, around: Callable[[Function], Function]) -> None:
    """Put something around a function under every name by which a module has imported it."""
    new = around(function)
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in OURS:
            for key, value in list(vars(module).items()):
                if value is function:
                    setattr(module, key, new)
