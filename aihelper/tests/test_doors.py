"""Rules about the source that the linter cannot see, held by reading it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

APPS = ("aihelper", "accounts", "providers", "chat")
TASKS, NET = "aihelper/lib/tasks.py", "aihelper/lib/net.py"
# No ORM knows both databases' full-text search; the index makes the words, its one reader asks with them.
INDEX, ITS_READER = "aihelper/lib/fulltext.py", "chat/selectors/search/candidates.py"
# What it marks is the answer of the sanitiser that stands one line above.
SANITISED = "chat/exports/page.py"
# Which answers may be compressed is a decision about each of them (docs/decisions/compressed-answers.md).
COMPRESSION, COMPRESSED = "aihelper/lib/compression.py", "chat/api/sessions.py"
# A pattern, what to use instead, and the files that are the door themselves.
# They name tables of our own models, quoted by the database's own rules.
RESTORING, DOCTOR = "aihelper/operations/backup/restoring.py", "aihelper/operations/doctor/data.py"
SCHEMA = "aihelper/operations/backup/schema.py"
RULES = {
    r"\.create_task\(": ("aihelper.lib.tasks.spawn", {TASKS}),
    r"\bensure_future\(": ("aihelper.lib.tasks.spawn", {TASKS}),
    r"StreamingHttpResponse": ("a Channels consumer", set[str]()),
    r"\bFileResponse\b": ("a response with the bytes: this one is read whole into memory, in a thread", set[str]()),
    r"\.raw\(|\.extra\(|RawSQL\b": ("the ORM", {ITS_READER}),
    r"\.execute\(f[\"']": ("query parameters", {INDEX, RESTORING, DOCTOR, SCHEMA}),
    r"(?<![\w.])(eval|exec|compile)\(": ("nothing: no text is ever run", set[str]()),
    r"\bsubprocess\b|os\.system|os\.popen|\bpty\.": ("nothing: no program is ever started", set[str]()),
    r"\bpickle\b|\bmarshal\b|yaml\.load\(": ("JSON", set[str]()),
    r"mark_safe\(|\|safe\b|autoescape off": ("format_html", {SANITISED}),
    r"httpx\.(AsyncClient|Client|get|post|stream)\(": ("aihelper.lib.net", {NET}),
    r"csrf_exempt": ("CSRF protection", {"providers/demo/views.py"}),
    r"cache_page|GZipMiddleware": ("nothing: answers are private", set[str]()),
    r"gzip_page": ("aihelper.lib.compression", {COMPRESSION}),
    r"\bcompressed\b": ("nothing: its length would tell what is in it", {COMPRESSION, COMPRESSED}),
}


def sources() -> Iterator[tuple[str, str]]:
    """(path, text without comments) of the code that runs in production."""
    for app in APPS:
        for path in Path(settings.BASE_DIR, app).rglob("*.py"):
            name = path.relative_to(settings.BASE_DIR).as_posix()
            if "/tests/" not in name and "/testing/" not in name:
                text = path.read_text(encoding="utf-8")
                yield name, re.sub(r'("""[\s\S]*?""")|(#.*)', "", text)


@pytest.mark.parametrize("pattern", RULES)
def test_the_doors_are_the_only_ones(pattern: str) -> None:
    instead, doors = RULES[pattern]
    found = [name for name, text in sources() if name not in doors and re.search(pattern, text)]
    assert found == [], f"Use {instead}"


def test_no_template_marks_text_as_safe() -> None:
    templates = [path for path in Path(settings.BASE_DIR, "templates").rglob("*.html")]
    found = [path.name for path in templates if re.search(r"\|\s*safe\b|autoescape off", path.read_text("utf-8"))]
    assert found == []


def test_nothing_is_too_long() -> None:
    lengths = {name: text.count("\n") for name, text in sources() if "/migrations/" not in name}
    assert {name: lines for name, lines in lengths.items() if lines > 400} == {}


def test_nothing_names_a_place_of_one_machine_or_a_package_host() -> None:
    hosts = "pypi" + r"\.org|pythonhosted\." + "org|registry" + r"\.npmjs"
    pattern = re.compile(rf"/(work|root|home|tmp)/\w|{hosts}")
    files = [Path(settings.BASE_DIR, name) for name in ("Makefile", "pyproject.toml", "manage.py", ".env.example")]
    files += [*Path(settings.BASE_DIR, "deploy").glob("*.py"), *Path(settings.BASE_DIR, "docs").rglob("*.md")]
    assert [path.name for path in files if pattern.search(path.read_text("utf-8"))] == []
