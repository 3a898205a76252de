"""Every sentence for people has its Chinese, and its placeholders survive."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

APPS = ("aihelper", "accounts", "providers", "chat")
MARKERS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "N_"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def catalogue(app: str) -> dict[str, str]:
    """Sentence -> translation."""
    pofile = pytest.importorskip("babel.messages.pofile")
    path = Path(settings.BASE_DIR, app, "locale", "zh_Hans", "LC_MESSAGES", "django.po")
    with path.open("rb") as file:
        found = pofile.read_po(file)
    messages = [message for message in found if message.id and not message.fuzzy]
    return {str(_first(message.id)): str(_first(message.string)) for message in messages}


def _first(text: str | list[str] | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else text[0]


def sentences(app: str) -> Iterator[tuple[str, str]]:
    """(file, sentence) of everything that the code marks for translation."""
    for path in Path(settings.BASE_DIR, app).rglob("*.py"):
        name = path.relative_to(settings.BASE_DIR).as_posix()
        if "/tests/" in name or "/migrations/" in name or name == "aihelper/settings.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKERS:
                if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                    yield name, node.args[0].value


@pytest.mark.parametrize("app", APPS)
def test_every_sentence_is_translated(app: str) -> None:
    known = {key for name in APPS for key, text in catalogue(name).items() if text}
    missing = sorted({f"{name}: {sentence}" for name, sentence in sentences(app) if sentence not in known})
    assert missing == []


def test_what_is_called_alike_is_translated_alike() -> None:
    """The catalogues become one, of which the first app's word wins; what means something else has a context."""
    pofile = pytest.importorskip("babel.messages.pofile")
    texts: dict[tuple[str | None, str], set[str]] = {}
    for app in APPS:
        with Path(settings.BASE_DIR, app, "locale", "zh_Hans", "LC_MESSAGES", "django.po").open("rb") as file:
            for message in pofile.read_po(file):
                if message.id:
                    texts.setdefault((message.context, str(_first(message.id))), set()).add(str(_first(message.string)))
    assert {key: words for key, words in texts.items() if len(words) > 1} == {}


@pytest.mark.parametrize("app", APPS)
def test_placeholders_survive_the_translation(app: str) -> None:
    wrong = [
        sentence
        for sentence, text in catalogue(app).items()
        if sorted(PLACEHOLDER.findall(sentence)) != sorted(PLACEHOLDER.findall(text))
    ]
    assert wrong == []
