"""Whatever the app says to people stands in its Chinese catalogue."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

APP = Path(__file__).resolve().parents[1]
CATALOGUE = APP / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
FUNCTIONS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext"}
_ENTRY = re.compile(r'^msgid (?P<id>(?:"(?:[^"\\]|\\.)*"\s*)+)', re.MULTILINE)
_TAG = re.compile(r'{% translate "(?P<text>[^"]+)" %}')
_BLOCK = re.compile(r"{% blocktranslate trimmed(?P<with>[^%]*)%}(?P<text>.*?){% endblocktranslate %}", re.DOTALL)


def _translated() -> set[str]:
    entries = _ENTRY.finditer(CATALOGUE.read_text(encoding="utf-8"))
    return {"".join(ast.literal_eval(part) for part in re.findall(r'"(?:[^"\\]|\\.)*"', e["id"])) for e in entries}


def _said_in_python() -> Iterator[str]:
    for path in APP.rglob("*.py"):
        if {"tests", "migrations"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
                if node.args and isinstance(node.args[0], ast.Constant):
                    yield str(node.args[0].value)


def _said_in_templates() -> Iterator[str]:
    for path in (Path(settings.BASE_DIR) / "templates" / "admin" / "providers").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        yield from (match["text"] for match in _TAG.finditer(text))
        for match in _BLOCK.finditer(text):
            lines = " ".join(line.strip() for line in match["text"].strip().splitlines())
            yield re.sub(r"{{ (\w+) }}", r"%(\1)s", lines)


def test_every_sentence_has_its_chinese() -> None:
    assert {*_said_in_python(), *_said_in_templates()} - _translated() == set()


def test_placeholders_are_the_same() -> None:
    text = CATALOGUE.read_text(encoding="utf-8")
    for entry in text.split("\n\n")[1:]:
        said, chinese = re.split(r"^msgstr", entry, maxsplit=1, flags=re.MULTILINE)
        names = re.compile(r"%\(\w+\)[sd]")
        assert set(names.findall(said)) == set(names.findall(chinese)), entry
