"""How providers fare: breaker, cool-down, patience, and the book that a process keeps and shares."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from aihelper.lib.testing import clock as clocks
from providers.errors import AuthenticationFailed, ContextTooLong, ProviderError, RateLimited, UpstreamUnavailable
from providers.health import figures, store
from providers.health.book import Book
from providers.models import Provider, ProviderKey, ProviderMinute, ProviderState
from providers.services import update_provider
from providers.tests.support import make_model, make_provider
from providers.wire.breaker import DEFAULT_PATIENCE, MAX_PATIENCE, MIN_PATIENCE, OPEN_SECONDS, Breaker, CoolDown, Pace
from providers.wire.gate import RATE_LIMIT_SECONDS, Gate, Outcome


class Time:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


# --- The breaker ------------------------------------------------------------------------------------


def opened(time: Time) -> Breaker:
    breaker = Breaker(time)
    for _ in range(3):
        breaker.failed()
    return breaker


def test_three_failures_open_it(time: Time) -> None:
    breaker = Breaker(time)
    breaker.failed()
    breaker.failed()
    assert breaker.admits
    breaker.failed()
    assert breaker.state == "open" and not breaker.admits


def test_few_failures_among_many_calls_do_not(time: Time) -> None:
    breaker = Breaker(time)
    for _ in range(10):
        breaker.succeeded()
    for _ in range(9):
        breaker.failed()
    assert breaker.admits
    breaker.failed()
    assert breaker.state == "open"


def test_old_failures_are_forgotten(time: Time) -> None:
    breaker = Breaker(time)
    breaker.failed()
    breaker.failed()
    time.now += 61
    breaker.failed()
    assert breaker.state == "closed"


def test_failures_elsewhere_count(time: Time) -> None:
    breaker = Breaker(time)
    breaker.hear(0, 2)
    breaker.failed()
    assert breaker.state == "open"


def test_half_open_lets_one_trial_through(time: Time) -> None:
    breaker = opened(time)
    time.now += OPEN_SECONDS
    assert breaker.state == "half_open" and breaker.admits
    assert breaker.begin() and not breaker.begin()
    assert not breaker.admits
    breaker.end_trial()
    assert breaker.admits


def test_a_good_trial_closes_it_and_a_bad_one_doubles_the_time(time: Time) -> None:
    breaker = opened(time)
    time.now += OPEN_SECONDS
    breaker.begin()
    breaker.failed(trial=True)
    assert breaker.open_until == time.now + 2 * OPEN_SECONDS
    time.now += 2 * OPEN_SECONDS
    breaker.begin()
    breaker.succeeded()
    assert (breaker.state, breaker.counts()) == ("closed", (1, 0))


# --- Keys and patience ------------------------------------------------------------------------------


def test_a_named_time_is_strict_and_an_unnamed_one_is_not(time: Time) -> None:
    key = CoolDown(time)
    gate = Gate(Breaker(time), key)
    gate.failed(RateLimited(), 0.1)
    assert (key.left, gate.wait, gate.reason) == (RATE_LIMIT_SECONDS, 0.0, "cooling_down")
    gate.failed(RateLimited(retry_after=42), 0.1)
    assert (key.left, gate.wait) == (42.0, 42.0)
    time.now += 42
    assert (gate.wait, gate.reason) == (0.0, "")


@pytest.mark.parametrize(
    ("error", "state"), [(RateLimited(), "closed"), (AuthenticationFailed(), "closed"), (UpstreamUnavailable(), "open")]
)
def test_only_a_sick_provider_opens_its_circuit(time: Time, error: ProviderError, state: str) -> None:
    breaker = Breaker(time)
    for _ in range(3):
        Gate(breaker, CoolDown(time)).failed(error, 0.1)
    assert breaker.state == state


def test_a_refused_question_shows_that_the_provider_is_well(time: Time) -> None:
    breaker = opened(time)
    Gate(breaker, CoolDown(time)).failed(ContextTooLong(), 0.1)
    assert breaker.state == "closed"


def test_a_trial_that_nobody_waited_for_is_no_trial(time: Time) -> None:
    breaker = opened(time)
    time.now += OPEN_SECONDS
    gate = Gate(breaker, CoolDown(time))
    gate.asked()
    assert not breaker.admits
    gate.left()
    assert breaker.admits


@pytest.mark.parametrize(
    ("seconds", "patience"),
    [([], DEFAULT_PATIENCE), ([9.0] * 4, DEFAULT_PATIENCE), ([0.1] * 20, MIN_PATIENCE), ([2.0] * 20, 3.0),
     ([0.5] * 99 + [60.0], MIN_PATIENCE), ([60.0] * 20, MAX_PATIENCE)],
)  # fmt: skip
def test_patience_follows_what_is_usual_within_bounds(seconds: list[float], patience: float) -> None:
    pace = Pace()
    for each in seconds:
        pace.add(each)
    assert pace.patience == patience


def test_histograms_say_what_is_usual() -> None:
    histogram = figures.empty()
    assert figures.quantile(histogram, 0.5) is None
    for milliseconds in (90, 300, 300, 300, 70_000):
        histogram[figures.bucket(milliseconds)] += 1
    assert 250 <= (figures.quantile(histogram, 0.5) or 0) <= 500
    assert figures.quantile(histogram, 0.95) == 60_000
    assert figures.added([histogram, histogram, [1, 2]]) == [2 * each for each in histogram]


# --- The book ---------------------------------------------------------------------------------------


def told(book: Book, provider: Provider, *outcomes: ProviderError | float) -> None:
    """Calls that went so: failures, and answers after so many seconds."""
    model = provider.models.first() or make_model(provider)
    for outcome in outcomes:
        gate = book.gate(model, provider.keys.first())
        gate.asked()
        if isinstance(outcome, float):
            gate.answered(outcome)
        else:
            gate.failed(outcome, 0.2)


def shared(book: Book) -> None:
    """`share`, in this thread's own connection: a test's transaction is seen by nobody else."""
    news, book._news = book._news, store.News()
    book._hear(store.exchange(book._owner, news))


@pytest.mark.django_db
def test_what_came_is_counted_by_the_minute() -> None:
    provider = make_provider()
    book = Book("a")
    told(book, provider, 0.3, 0.4, UpstreamUnavailable())
    shared(book)
    told(book, provider, 0.5)
    shared(book)
    rows = ProviderMinute.objects.filter(provider=provider, owner="a")
    assert sum(row.ok for row in rows) == 3 and sum(row.failed for row in rows) == 1
    assert sum(row.ttft_ms_sum for row in rows) == 1200
    assert sum(sum(row.ttft) for row in rows) == 3
    assert ProviderState.objects.get().last_error == "upstream_unavailable"
    assert not book.has_news


@pytest.mark.django_db
def test_a_circuit_is_open_and_closed_for_all_processes() -> None:
    provider = make_provider()
    one, other = Book("one"), Book("other")
    told(one, provider, *[UpstreamUnavailable()] * 3)
    shared(one)
    shared(other)
    model = provider.models.get()
    assert other.gate(model, None).reason == "circuit_open"
    told(other, provider, 0.2)
    shared(other)
    shared(one)
    assert one.gate(model, None).reason == ""


@pytest.mark.django_db
def test_a_limited_key_pauses_for_all_processes_until_it_works() -> None:
    provider = make_provider()
    book = Book("one")
    told(book, provider, RateLimited(retry_after=90))
    shared(book)
    key = provider.keys.get()
    assert key.cooldown_until is not None and key.last_error == "rate_limited"
    assert 80 < Book("other").gate(provider.models.get(), key).wait <= 90
    provider = Provider.objects.get()
    told(book, provider, 0.2)
    shared(book)
    assert provider.keys.get().cooldown_until is None


@pytest.mark.django_db
def test_a_new_key_in_the_place_of_a_refused_one_begins_anew() -> None:
    provider = make_provider()
    book = Book("one")
    told(book, provider, AuthenticationFailed())
    shared(book)
    model = provider.models.get()
    assert book.gate(model, ProviderKey.objects.get()).reason == "cooling_down"
    update_provider(provider, api_key="sk-a-better-one-than-before")
    assert book.gate(model, ProviderKey.objects.get()).reason == ""


@pytest.mark.django_db
def test_a_new_address_closes_the_circuit_of_the_old_one_everywhere() -> None:
    provider = make_provider()
    book = Book("one")
    told(book, provider, *[UpstreamUnavailable()] * 3)
    shared(book)
    update_provider(provider, base_url="https://other.example.com/v1", api_key="sk-for-the-other-place")
    shared(book)
    assert book.gate(provider.models.get(), None).reason == ""


@pytest.mark.django_db
def test_a_provider_that_is_gone_keeps_nobody_from_being_heard() -> None:
    gone, there = make_provider("gone"), make_provider("there")
    book = Book("one")
    told(book, gone, 0.1)
    told(book, there, 0.1)
    gone.delete()
    shared(book)
    assert [row.provider.name for row in ProviderMinute.objects.all()] == ["there"]


@pytest.mark.django_db
def test_old_minutes_are_forgotten() -> None:
    provider = make_provider()
    for hours in (1, 47, 49):
        minute = timezone.now() - timedelta(hours=hours)
        ProviderMinute.objects.create(provider=provider, minute=minute, owner=str(hours))
    assert store.forget() == 1
    assert set(ProviderMinute.objects.values_list("owner", flat=True)) == {"1", "47"}


def test_while_the_database_is_away_the_news_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object) -> None:
        raise OperationalError("away")

    async def run_here(function: object, *args: object) -> None:
        away()

    monkeypatch.setattr("providers.health.book.run_db", run_here)
    book = Book("one")
    book._count(7, Outcome("", 0.2))
    clocks.run(book.refresh())
    assert book.has_news
