from typing import Any

import pytest
from django.core.exceptions import ValidationError

from providers import reach
from providers.reach import Verdict


def _lookup(*answers: str) -> reach.Lookup:
    async def lookup(host: str, port: int) -> list[str]:
        return list(answers)

    return lookup


@pytest.mark.parametrize(
    ("base_url", "verdict"),
    [
        ("https://8.8.8.8/v1", Verdict.FINE),
        ("http://127.0.0.1:11434/v1", Verdict.PRIVATE),
        ("http://[::1]:11434/v1", Verdict.PRIVATE),
        ("http://192.168.1.5:8000/v1", Verdict.PRIVATE),
        ("http://169.254.169.254/latest", Verdict.NEVER),
        ("http://168.63.129.16/", Verdict.NEVER),
        ("http://[::ffff:169.254.169.254]/v1", Verdict.NEVER),
        ("http://2130706433:11434/v1", Verdict.NEVER),
    ],
)
def test_it_judges_literal_addresses(base_url: str, verdict: Verdict) -> None:
    assert reach.judge(base_url) is verdict


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        (["93.184.215.14"], Verdict.FINE),
        (["10.0.0.7"], Verdict.PRIVATE),
        (["93.184.215.14", "127.0.0.1"], Verdict.PRIVATE),
        (["169.254.169.254"], Verdict.NEVER),
        ([], Verdict.FINE),
    ],
)
def test_it_judges_what_a_name_leads_to(answers: list[str], verdict: Verdict) -> None:
    assert reach.judge("http://models.example:8000/v1", lookup=_lookup(*answers)) is verdict


def test_it_tells_exactly_what_to_allow() -> None:
    with pytest.raises(ValidationError, match=r"put 127\.0\.0\.1:11434 into AIHELPER_ALLOWED_PRIVATE_HOSTS"):
        reach.require_reachable("http://127.0.0.1:11434/v1")
    with pytest.raises(ValidationError, match=r"put \[::1\]:80 into"):
        reach.require_reachable("http://[::1]/v1")
    with pytest.raises(ValidationError, match=r"put models\.example:443 into"):
        reach.require_reachable("https://models.example/v1", lookup=_lookup("10.0.0.7"))


def test_what_it_told_to_allow_is_allowed(settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1:11434", "[::1]:80", "models.example:443"]
    reach.require_reachable("http://127.0.0.1:11434/v1")
    reach.require_reachable("http://[::1]/v1")
    reach.require_reachable("https://models.example/v1", lookup=_lookup("10.0.0.7"))
    with pytest.raises(ValidationError):
        reach.require_reachable("http://127.0.0.1:11435/v1")


def test_metadata_is_never_allowed(settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["169.254.169.254:80"]
    with pytest.raises(ValidationError, match="never allowed"):
        reach.require_reachable("http://169.254.169.254/v1")


def test_a_resolver_that_fails_stops_nobody() -> None:
    async def lookup(host: str, port: int) -> list[str]:
        raise OSError("no network")

    assert reach.judge("https://models.example/v1", lookup=lookup) is Verdict.FINE
