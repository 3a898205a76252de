"""The JSON of sessions and messages."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from chat import presenters
from chat.models import Folder, Generation, Message, Role, Session
from chat.selectors import Stored
from providers.errors import ProviderError, RateLimited

WHEN = datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=UTC)


def _session(**fields: Any) -> Session:
    return Session(session_id="s-1", create_time=WHEN, update_time=WHEN, **fields)


def _message(**fields: Any) -> Message:
    return Message(pk=7, session=_session(), seq=3, role="assistant", create_time=WHEN, **fields)


def test_a_session_has_exactly_the_fields_of_the_contract() -> None:
    session = _session(title="Title", model_id="m", role=Role(slug="poet"), preview="words", pinned=True)
    session.folder, session.unread = Folder(folder_id="f-1"), True
    assert presenters.session_row(session, "g-1") == {
        "session_id": "s-1",
        "title": "Title",
        "title_is_manual": False,
        "model_id": "m",
        "role": "poet",
        "pinned": True,
        "archived": False,
        "folder_id": "f-1",
        "unread": True,
        "deleted_at": None,
        "create_time": "2026-03-01T12:30:15.250Z",
        "update_time": "2026-03-01T12:30:15.250Z",
        "preview": "words",
        "generating": "g-1",
    }


def test_a_session_in_no_folder_and_in_the_trash() -> None:
    row = presenters.session_row(_session(deleted_at=WHEN), None)
    assert (row["folder_id"], row["unread"], row["deleted_at"]) == (None, False, "2026-03-01T12:30:15.250Z")


def test_a_message_has_exactly_the_fields_of_the_contract() -> None:
    message = _message(content="text", finish_reason="stop", provider_name="upstream", completion_tokens=4, rating=1)
    assert presenters.message_row(message, [7, 9], Generation(id="g-1", offset=4), None) == {
        "message_id": 7,
        "session_id": "s-1",
        "parent_id": None,
        "seq": 3,
        "role": "assistant",
        "content": "text",
        "reasoning": "",
        "status": "completed",
        "finish_reason": "stop",
        "error": None,
        "model_id": None,
        "provider": "upstream",
        "prompt_tokens": None,
        "completion_tokens": 4,
        "first_token_ms": None,
        "duration_ms": None,
        "reasoning_ms": None,
        "cost": None,
        "currency": None,
        "rating": 1,
        "rating_reason": None,
        "rating_comment": None,
        "beside": None,
        "attachments": [],
        "create_time": "2026-03-01T12:30:15.250Z",
        "siblings": [7, 9],
        "generation_id": "g-1",
        "offset": 4,
    }


@pytest.mark.parametrize(
    ("cost", "shown"), [("0.00001230", "0.0000123"), ("12", "12"), ("0E-8", "0"), ("1E+2", "100"), (None, None)]
)
def test_a_cost_is_written_without_exponent_and_empty_digits(cost: str | None, shown: str | None) -> None:
    row = presenters.message_row(_message(cost=Decimal(cost) if cost else None, currency="EUR"), [7], None, None)
    assert (row["cost"], row["currency"]) == (shown, "EUR")


def test_a_live_answer_shows_what_is_stored_of_it() -> None:
    row = presenters.message_row(_message(status="running"), [7], Generation(id="g"), Stored("so far", "because", 13))
    assert (row["content"], row["reasoning"], row["offset"]) == ("so far", "because", 13)


def test_a_failed_answer_says_why() -> None:
    row = presenters.message_row(_message(status="failed", error_code="rate_limited"), [7], None, None)
    assert row["error"] == {"error": RateLimited.default_sentence, "code": "rate_limited", "retryable": True}


def test_an_interrupted_answer_says_what_to_do() -> None:
    error = presenters.message_row(_message(status="interrupted"), [7], None, None)["error"]
    assert error["code"] == "interrupted"
    assert error["retryable"] is True
    assert "Continue" in error["error"]


@pytest.mark.parametrize("kind", ProviderError.__subclasses__())
def test_every_code_of_the_providers_has_its_sentence(kind: type[ProviderError]) -> None:
    assert presenters.failure(kind.code)["error"] == kind.default_sentence
    assert presenters.failure(kind.code)["retryable"] == kind.retryable


def test_an_unknown_code_still_gets_a_sentence() -> None:
    assert presenters.failure("of_the_future")["error"]


@pytest.mark.parametrize("code", ["interrupted", "internal_error", "no_model", "model_not_found", "of_the_future"])
def test_our_sentences_speak_chinese(code: str) -> None:
    with translation.override("zh-hans"):
        assert any("\u4e00" <= character <= "\u9fff" for character in presenters.failure(code)["error"])
