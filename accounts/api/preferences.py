"""What a person may prefer: the names the page knows with their shapes, and room for names of other programs.

Small on purpose: preferences travel with every page, so each has a limit of its own, and
`services.MAX_PREFERENCES` holds for all of them together.
"""

import re
from collections.abc import Callable
from typing import Any

MAX_KEYS = 64
MAX_KEY = 64
MAX_TEXT = 255
MAX_NAME = 64
MAX_MODEL_ID = 200
MAX_FAVOURITES = 50
MAX_ENTRIES = 64
# "chat.new": the name of a command; "mod+shift+KeyO": the keys that call it, none for a command without keys.
_COMMAND = re.compile(r"[a-z]{1,24}\.[a-z]{1,24}")
_KEYS = re.compile(r"(?:(?:mod|ctrl|alt|shift|meta)\+){0,4}[A-Za-z0-9]{1,20}|")
_HINT = re.compile(r"[a-z][a-z_]{0,31}")


def _choice(*choices: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in choices


def _text(value: Any, limit: int = MAX_TEXT) -> bool:
    return isinstance(value, str) and len(value) <= limit and "\0" not in value


def _switch(value: Any) -> bool:
    return isinstance(value, bool)


def _name(value: Any) -> bool:
    """What a person is called in the page, in any script; no line breaks and nothing that turns text around."""
    return _text(value, MAX_NAME) and value == value.strip() and value.isprintable()


def _favourites(value: Any) -> bool:
    """Ids of models, the latest last; those that are gone stay until their person takes them away."""
    return (
        isinstance(value, list)
        and len(value) <= MAX_FAVOURITES
        and all(_text(each, MAX_MODEL_ID) and each for each in value)
        and len(set(value)) == len(value)
    )


def _shortcuts(value: Any) -> bool:
    return _entries(value, _COMMAND, lambda keys: isinstance(keys, str) and _KEYS.fullmatch(keys) is not None)


def _hints(value: Any) -> bool:
    """Hints that were read and sent away."""
    return _entries(value, _HINT, lambda seen: seen is True)


def _entries(value: Any, name: re.Pattern[str], fits: Callable[[Any], bool]) -> bool:
    return (
        isinstance(value, dict)
        and len(value) <= MAX_ENTRIES
        and all(isinstance(key, str) and name.fullmatch(key) and fits(each) for key, each in value.items())
    )


_KNOWN: dict[str, Callable[[Any], bool]] = {
    "theme": _choice("system", "light", "dark"),
    "send_key": _choice("enter", "ctrl_enter"),
    "text_size": _choice("small", "medium", "large"),
    "display_name": _name,
    "model_id": _text,
    "role": _text,
    "favourite_models": _favourites,
    "shortcuts": _shortcuts,
    "shortcuts_off": _switch,
    "hints": _hints,
    "code_wrap": _switch,
    "push": _switch,
    "push_title": _switch,
    "paste_as_file": _switch,
}


def is_possible(name: str, value: Any) -> bool:
    """Whether this may be kept under this name. None, which takes a name away, always may.

    A name that is not known may hold plain values: a text, a number, true or false.
    """
    if not name.isidentifier() or not name.isascii() or len(name) > MAX_KEY:
        return False
    if value is None:
        return True
    if name in _KNOWN:
        return _KNOWN[name](value)
    if isinstance(value, str):
        return _text(value)
    return isinstance(value, (bool, int, float)) and abs(value) < 2**53
