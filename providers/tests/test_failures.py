"""From what went wrong to the error tree."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from providers import errors
from providers.errors import ProviderError
from providers.wire.failures import MAX_RETRY_AFTER, NO_CREDIT, from_event, from_status, retry_after
from providers.wire.headers import authorization, check_extra_headers

ALL_ERRORS = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, ProviderError)]


@pytest.mark.parametrize("error", ALL_ERRORS)
def test_each_error_has_a_code_and_a_sentence_of_its_own(error: type[ProviderError]) -> None:
    assert (
        len({each.code for each in ALL_ERRORS})
        == len({each.default_sentence for each in ALL_ERRORS})
        == len(ALL_ERRORS)
    )
    assert error().sentence.endswith(".")
    assert error("Other.").sentence == str(error("Other.")) == "Other."


def test_the_decision_may_be_set_on_one_error_without_touching_the_class() -> None:
    assert errors.RateLimited(retryable=False).retryable is False
    assert errors.RateLimited().retryable is True


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("9e9", MAX_RETRY_AFTER),
    ],
)
def test_retry_after_in_seconds(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}) == seconds


def test_retry_after_as_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    assert 15 < (retry_after({"retry-after": later}) or 0) <= 20
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0
    assert retry_after({"retry-after": "Wed, 99 Foo 2015"}) is None
    assert retry_after({"retry-after-ms": "1500", "retry-after": "9"}) == 1.5
    assert retry_after({}) is None


def test_a_used_up_account_is_not_tried_again() -> None:
    error = from_status(429, {}, "insufficient_quota You exceeded your current quota, check your billing details")
    assert (error.code, error.retryable, error.sentence) == ("rate_limited", False, NO_CREDIT)


def test_words_do_not_overrule_a_clear_status() -> None:
    assert from_status(401, {}, "model not found").code == "authentication_failed"
    assert from_status(503, {}, "context length").code == "upstream_unavailable"
    assert from_status(429, {}, "model gpt does not exist").code == "rate_limited"


def test_an_error_inside_an_answer_is_judged_by_its_code_then_its_words() -> None:
    assert from_event("x", 429).code == "rate_limited"
    assert from_event("maximum context length").code == "context_too_long"
    assert from_event("").code == "upstream_unavailable"


def test_a_key_goes_into_one_header_only_if_a_header_can_hold_it() -> None:
    assert authorization("") == {}
    assert authorization("sk-1") == {"Authorization": "Bearer sk-1"}
    for key in ("sk 1", "sk-1\r\nHost: evil", "sk-密钥", "\x7f"):
        with pytest.raises(errors.AuthenticationFailed) as caught:
            authorization(key)
        assert key not in repr(caught.value)


@pytest.mark.parametrize(
    "header",
    [
        {"Authorization": "x"},
        {"HOST": "evil"},
        {"Content-Length": "1"},
        {"transfer-encoding": "chunked"},
        {"X-A\r\nHost": "x"},
        {"X-A": "b\r\nHost: evil"},
        {"X-A": "b\0"},
        {"X-A": "密"},
        {"": "x"},
        {"X A": "x"},
    ],
)
def test_extra_headers_cannot_take_over_the_request(header: dict[str, str]) -> None:
    check_extra_headers({"HTTP-Referer": "https://example.org", "X-Title": "AI Helper"})
    with pytest.raises(ValueError, match="not allowed"):
        check_extra_headers(header)
