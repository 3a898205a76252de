"""How the providers fare, as administrators and monitors see it."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from providers.admin.status import HEIGHT, bars
from providers.health import figures, report
from providers.health.report import STEPS, Status, Step
from providers.management.commands import checkproviders
from providers.models import Provider, ProviderMinute, ProviderState
from providers.tests.support import CANARY, Upstream, failing, has_canary, listing, make_model, make_provider

pytestmark = pytest.mark.django_db


def _minute(provider: Provider, minutes: int, ok: int = 0, owner: str = "a", **errors: int) -> None:
    """What one process had of a provider so many minutes ago; each answer began after 300 ms."""
    ttft = figures.empty()
    ttft[figures.bucket(300)] = ok
    ProviderMinute.objects.create(
        provider=provider,
        minute=timezone.now() - timedelta(minutes=minutes),
        owner=owner,
        ok=ok,
        failed=sum(errors.values()),
        errors=errors,
        ttft=ttft,
        ttft_ms_sum=300 * ok,
    )


def _open(provider: Provider, seconds: float = 60) -> None:
    now = timezone.now()
    ProviderState.objects.create(
        provider=provider, open_until=now + timedelta(seconds=seconds), changed_at=now,
        last_error="upstream_unavailable", last_error_at=now,
    )  # fmt: skip


@pytest.fixture
def busy() -> Provider:
    """A provider with calls of two processes, an error, an open circuit and a key that pauses."""
    provider = make_provider("Busy")
    make_model(provider)
    _minute(provider, 3, ok=7)
    _minute(provider, 3, ok=2, owner="b", rate_limited=1)
    _minute(provider, 90, ok=5)
    _minute(provider, 60 * 24, ok=100)
    _open(provider)
    provider.keys.update(cooldown_until=timezone.now() + timedelta(minutes=5), last_error="rate_limited")
    return provider


def _page(client: Client, **headers: str) -> str:
    response = client.get(reverse("admin:providers_provider_status"), headers=headers)
    assert response.status_code == 200
    return str(response.content.decode())


# --- The figures ------------------------------------------------------------------------------------


def test_the_figures_are_of_the_last_hour_and_of_all_processes(busy: Provider) -> None:
    [status] = report.read()
    assert (status.requests, status.failed, status.error_rate) == (10, 1, 0.1)
    assert status.reasons[0][1] == 1 and "too many requests" in status.reasons[0][0]
    assert 250 <= (status.p50 or 0) <= 500
    assert sum(step.ok for step in status.steps) == 14


def test_a_circuit_whose_time_is_over_is_on_trial() -> None:
    _open(make_provider(), seconds=-1)
    assert report.read()[0].circuit == "half_open"


def test_a_provider_that_nobody_asked_has_no_figures() -> None:
    make_provider()
    [status] = report.read()
    assert (status.circuit, status.error_rate, status.p50, status.last_error) == ("closed", None, None, "")


def test_bars_stay_inside_the_drawing_and_no_call_is_too_small_to_be_seen() -> None:
    steps = [Step() for _ in range(STEPS)]
    steps[0], steps[1], steps[5] = Step(1000, 1), Step(0, 1), Step(3, 0)
    drawn = bars(Status(Provider(), steps=steps))
    assert len(drawn) == 3
    assert all(bar.failed_y >= 0 and bar.ok_height + bar.failed_height <= HEIGHT for bar in drawn)
    assert all(bar.ok_height >= 2 or bar.failed_height >= 2 for bar in drawn)
    assert drawn[0].failed_height >= 2


# --- The page ---------------------------------------------------------------------------------------


def test_the_page_works(root: Client, busy: Provider) -> None:
    page = _page(root)
    for words in ("Busy", "spared: asked last", "10 %", "too many requests", "cannot be reached", "pauses until"):
        assert words in page
    assert page.count('class="spark-ok"') == 2 and page.count('class="spark-failed"') == 1
    assert 'aria-label="15 calls, 1 of them failed"' in page
    assert not has_canary(page)


def test_the_page_speaks_chinese(root: Client, busy: Provider) -> None:
    page = _page(root, **{"accept-language": "zh-CN"})
    assert "最近一小时" in page and "暂时靠后" in page


def test_the_page_without_a_provider_says_so(root: Client) -> None:
    assert "nothing to watch" in _page(root)


def test_the_page_costs_the_same_however_many_there_are(root: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        provider = make_provider(f"p{number}")
        for minutes in range(0, 170, 10):
            _minute(provider, minutes, ok=3, bad_response=1)
    with django_assert_max_num_queries(10):
        _page(root)


def test_who_may_look_at_providers_may_look_at_it(staff: Any) -> None:
    path = reverse("admin:providers_provider_status")
    assert staff("view_provider").get(path).status_code == 200
    assert staff("view_modelconfig").get(path).status_code == 403


def test_it_stands_in_the_sidebar_for_those_who_may(root: Client, staff: Any, busy: Provider) -> None:
    path = reverse("admin:providers_provider_status")
    [here] = [item for room in _rooms(root, path) for item in room["items"] if item["active"]]
    assert (here["link"], str(here["title"])) == (path, "Status")
    links = [item["link"] for room in _rooms(staff("view_modelconfig"), "/admin/") for item in room["items"]]
    assert path not in links


def _rooms(client: Client, path: str) -> Any:
    return client.get(path).context["sidebar_navigation"]


def test_the_list_tells_of_the_circuit(root: Client, busy: Provider) -> None:
    page = root.get(reverse("admin:providers_provider_changelist")).content.decode()
    assert "spared: asked last" in page


# --- The command ------------------------------------------------------------------------------------


def _check(*arguments: str, upstream: Upstream | None = None) -> tuple[int, str]:
    """The exit code and what was written."""
    out = StringIO()
    command = checkproviders.Command(client_factory=upstream)
    try:
        call_command(command, *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_checkproviders_tells_of_the_circuit_and_the_calls(busy: Provider) -> None:
    code, text = _check("--json", upstream=listing("small"))
    facts = json.loads(text)
    [row] = facts["providers"]
    assert (code, facts["ok"], row["ok"], row["status_class"], row["circuit"]) == (1, False, False, "2xx", "open")
    assert (row["requests"], row["error_rate"], row["errors"]) == (10, 0.1, {"rate_limited": 1})
    assert row["first_token_p50_ms"] and row["circuit_open_until"]
    assert not has_canary(text)


def test_checkproviders_stored_asks_nobody() -> None:
    provider = make_provider("one")
    upstream = failing(500, CANARY)
    assert _check("--stored", upstream=upstream) == (0, "one  ok               \n")
    _open(provider)
    provider.keys.update(cooldown_until=timezone.now() + timedelta(minutes=5))
    code, text = _check("--stored", "--json", upstream=upstream)
    [row] = json.loads(text)["providers"]
    assert (code, row["latency_ms"], len(row["pausing_keys"])) == (1, None, 1)
    assert upstream.requests == []


def test_checkproviders_says_how_the_last_hour_went() -> None:
    provider = make_provider("one")
    _minute(provider, 2, ok=3, upstream_timeout=1)
    code, text = _check(upstream=listing("small"))
    assert code == 0 and "4 calls, 25 % failed; circuit closed." in text
