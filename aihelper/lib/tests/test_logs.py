"""No secret reaches a log, whoever wrote the line, and nobody can forge one."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from aihelper.lib import logs

CANARY = "canary-Zk9x7Qw2"
JWT = f"eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoxfQ.{CANARY}"

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def written(settings: Any) -> Iterator[Lines]:
    """The lines that were logged, parsed from JSON."""
    settings.LOG_FORMAT = "json"
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter())
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)


def test_a_line_has_its_fields_and_the_ids_of_its_context(written: Lines) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1", generation_id="g1"):
        structlog.get_logger("some.module").info("run.started", tokens=3)
    (line,) = written()
    assert line["event"] == "run.started"
    assert (line["request_id"], line["generation_id"], line["tokens"]) == ("r1", "g1", 3)
    assert (line["level"], line["logger"]) == ("info", "some.module")
    assert line["timestamp"].endswith("Z")


def test_lines_of_libraries_go_through_the_same_chain(written: Lines) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r2"):
        logging.getLogger("some.library").warning("Bad thing: %s", "x")
    (line,) = written()
    assert (line["event"], line["logger"], line["request_id"]) == ("Bad thing: x", "some.library", "r2")


@pytest.mark.parametrize(
    "name",
    "password new_password passwd token access_token refresh_token ticket api_key apikey Authorization"
    " cookie Set-Cookie secret client_secret jwt session_key key field_key query query_string credentials".split(),
)
def test_values_of_secret_names_are_redacted_at_any_depth(written: Lines, name: str) -> None:
    log = structlog.get_logger("x")
    log.info("flat", **{name: CANARY})
    log.info("nested", headers={name: CANARY}, items=[{"inner": {name: CANARY}}])
    log.info("deep", a=[[[[[{name: CANARY}]]]]])
    assert CANARY not in str(written())
    assert len(written()) == 3


@pytest.mark.parametrize("name", ["prompt_tokens", "completion_tokens", "max_tokens", "queries", "monkeys"])
def test_numbers_of_tokens_are_no_secrets(written: Lines, name: str) -> None:
    structlog.get_logger("x").info("usage", **{name: 12})
    assert written()[0][name] == 12


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {CANARY}",
        f"bearer {CANARY}",
        f"Basic {CANARY}",
        f"the token was {JWT} and more",
        f"sk-{CANARY} is wrong",
        f"sk-proj-{CANARY}",
        f'{{"api_key": "{CANARY}"}}',
        f"password={CANARY}",
        f"GET /chat/ws?token={CANARY} HTTP/1.1",
        f"/api/chat/stream?session_id=1&message={CANARY}",
        f"https://example.org/v1/models?key={CANARY}",
        f"mysql://root:{CANARY}@db:3306/aihelper",
        f"WebSocket HANDSHAKING /chat/ws?ticket={CANARY}&x=1 [127.0.0.1:1]",
    ],
)
def test_secrets_inside_text_are_redacted(written: Lines, text: str) -> None:
    structlog.get_logger("x").error(text)
    structlog.get_logger("x").error("event", detail=text, more={"a": [text]})
    logging.getLogger("uvicorn.error").error("%s", text)
    assert CANARY not in str(written())
    assert len(written()) == 3


def test_secrets_in_tracebacks_are_redacted(written: Lines) -> None:
    def fail() -> None:
        raise ValueError(f"upstream said: Bearer {CANARY} is wrong, api_key={CANARY}")

    for log in (structlog.get_logger("x"), logging.getLogger("y")):
        try:
            fail()
        except ValueError:
            log.exception("call.failed")
    assert CANARY not in str(written())
    assert all("ValueError" in line["exception"] for line in written())


@pytest.mark.parametrize("character", ["\n", "\r", "\r\n", "\x1b[2J", "\x00", "\u2028", "\x85", "\x7f"])
@pytest.mark.parametrize("form", ["json", "console"])
def test_nobody_can_forge_a_line(settings: Any, form: str, character: str) -> None:
    settings.LOG_FORMAT = form
    record = logging.LogRecord("x", logging.INFO, "", 0, "path /a%s2026 admin signed in", (character,), None)
    text = logs.formatter().format(record)
    assert len(text.splitlines()) == 1
    assert "\x1b" not in text and "\x00" not in text


def test_harmless_text_stays_as_it_is() -> None:
    for text in ("你好, 世界", "/api/chat/history", "What? Yes.", "a=b", "task.failed", "12 tokens: fine"):
        assert logs.clean_text(text) == text


def test_access_logs_of_the_servers_are_off() -> None:
    for name in ("uvicorn.access", "daphne.access", "django.channels.server", "django.server"):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)
        assert not logging.getLogger(name).propagate


def test_an_unknown_level_falls_back_to_info(settings: Any) -> None:
    settings.LOG_LEVEL = "LOUD"
    logs.configure()
    assert logging.getLogger().level == logging.INFO
