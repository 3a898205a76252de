import asyncio
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group

from aihelper.lib.errors import NotFound
from providers import registry, secrets
from providers.events import ChatMessage, ChatRequest, Finished, TextDelta
from providers.models import ModelConfig, Provider
from providers.tests.support import BASE_URL, CANARY, Upstream, answer, listing, make_model, make_provider

pytestmark = pytest.mark.django_db

REQUEST = ChatRequest(model="big", messages=(ChatMessage("user", "Hi"),))


def _ids(models: list[Any]) -> list[tuple[str, str]]:
    return [(model.provider.name, model.model_id) for model in models]


def test_a_model_id_leads_to_its_provider(alice: Any) -> None:
    provider = make_provider()
    make_model(provider, "big")
    make_model(provider, "small", sort_order=1)
    assert _ids(registry.resolve("small", alice)) == [("Example", "small")]


def test_without_an_id_the_first_model_answers(alice: Any) -> None:
    provider = make_provider()
    make_model(provider, "second", sort_order=2)
    make_model(provider, "first", sort_order=1)
    assert _ids(registry.resolve(None, alice)) == [("Example", "first")]


def test_other_providers_of_the_model_stand_by(alice: Any) -> None:
    for name, priority in (("last", 9), ("first", 1), ("second", 5)):
        make_model(make_provider(name, priority=priority), "big")
    make_model(make_provider("off", is_active=False), "big")
    make_model(make_provider("withdrawn"), "big", is_active=False)
    found = registry.resolve("big", alice)
    assert _ids(found) == [("first", "big"), ("second", "big"), ("last", "big")]
    opened = registry.candidates(found, client_factory=listing("big"))
    assert [(each.label, each.model) for each in opened] == _ids(found)


def test_nothing_set_up_is_its_own_answer(alice: Any) -> None:
    for model_id in (None, "big"):
        with pytest.raises(NotFound) as caught:
            registry.resolve(model_id, alice)
        assert caught.value.code == "no_model"


@pytest.mark.parametrize("model_id", ["unknown", "", "BIG", "off", "withdrawn", "0", "1"])
def test_what_is_not_offered_answers_like_what_is_not_there(alice: Any, model_id: str) -> None:
    provider = make_provider()
    make_model(provider, "big")
    make_model(provider, "withdrawn", is_active=False)
    make_model(make_provider("off", is_active=False), "off")
    with pytest.raises(NotFound) as caught:
        registry.resolve(model_id, alice)
    assert caught.value.code == "model_not_found"


def test_strangers_and_disabled_people_have_no_models(disabled_user: Any) -> None:
    make_model(make_provider(), "big")
    assert registry.offered_models(AnonymousUser()) == []
    assert registry.offered_models(disabled_user) == []


def test_a_model_of_groups_is_for_their_members_only(alice: Any, admin: Any) -> None:
    provider = make_provider()
    make_model(provider, "open")
    closed = make_model(provider, "closed", sort_order=1)
    teachers, pupils = (Group.objects.create(name=name) for name in ("teachers", "pupils"))
    closed.groups.add(teachers, pupils)
    assert [_ids(registry.offered_models(user)) for user in (alice, admin)] == [[("Example", "open")]] * 2
    alice.groups.add(teachers, pupils)
    assert _ids(registry.offered_models(alice)) == [("Example", "open"), ("Example", "closed")]
    pupils.delete()
    alice.groups.clear()
    assert _ids(registry.offered_models(alice)) == [("Example", "open")]


def test_a_provider_that_others_may_use_does_not_stand_by(alice: Any) -> None:
    for name in ("closed", "open"):
        make_model(make_provider(name, priority=int(name == "open")), "big")
    ModelConfig.objects.get(provider__name="closed").groups.add(Group.objects.create(name="teachers"))
    assert _ids(registry.resolve("big", alice)) == [("open", "big")]


def test_the_list_costs_two_queries(alice: Any, django_assert_num_queries: Any) -> None:
    group = Group.objects.create(name="all")
    alice.groups.add(group)
    for number in range(5):
        provider = make_provider(f"p{number}")
        for order in range(5):
            make_model(provider, f"m{order}").groups.add(group)
    with django_assert_num_queries(2):
        assert len([model.provider.name for model in registry.offered_models(alice)]) == 25


def test_without_a_client_no_model_is_asked_in_tests() -> None:
    with pytest.raises(registry.ModelRequestsForbidden):
        registry.open(make_model(make_provider(), "big"))


async def _events(dialect: Any) -> list[Any]:
    return [event async for event in dialect.stream(REQUEST)]


def test_an_opened_model_streams_with_its_key() -> None:
    upstream = Upstream(lambda request: answer("Hello"))
    dialect = registry.open(make_model(make_provider(), "big"), client_factory=upstream)
    events = asyncio.run(_events(dialect))
    assert events == [TextDelta("Hello"), Finished("stop")]
    [request] = upstream.requests
    assert str(request.url) == f"{BASE_URL}/chat/completions"
    assert request.headers["Authorization"] == f"Bearer {CANARY}"


def test_without_a_key_none_is_sent() -> None:
    upstream = listing("big")
    asyncio.run(registry.open_provider(make_provider(api_key=""), client_factory=upstream).models())
    assert "Authorization" not in upstream.requests[0].headers


def test_the_deadlines_are_the_providers_own() -> None:
    provider = make_provider(connect_timeout=1, first_token_timeout=2, gap_timeout=3, total_timeout=4)
    timeouts = registry.own_timeouts(provider)
    assert (timeouts.connect, timeouts.first_token, timeouts.gap, timeouts.total) == (1, 2, 3, 4)


def test_an_unreadable_key_sends_nothing() -> None:
    model = make_model(make_provider(), "big")
    Provider.objects.update(base_url="https://evil.example")
    model.provider.refresh_from_db()
    upstream = listing("big")
    with pytest.raises(secrets.KeyUnreadable):
        registry.open(model, client_factory=upstream)
    assert upstream.requests == []


def test_a_candidate_with_an_unreadable_key_is_left_out(alice: Any) -> None:
    broken, whole = make_provider("broken", priority=1), make_provider("whole", priority=2)
    make_model(broken, "big")
    make_model(whole, "big")
    broken.keys.update(api_key="v1:test:AAAA:AAAA")
    found = registry.resolve("big", alice)
    assert [each.label for each in registry.candidates(found, client_factory=listing("big"))] == ["whole"]
    whole.keys.update(api_key="v1:test:AAAA:AAAA")
    with pytest.raises(secrets.KeyUnreadable):
        registry.candidates(registry.resolve("big", alice), client_factory=listing("big"))


def test_each_provider_is_asked_by_its_own_id(alice: Any) -> None:
    make_model(make_provider("one", priority=1), "deepseek-chat")
    make_model(make_provider("two", priority=2), "deepseek-chat", upstream_id="deepseek/deepseek-chat")
    found = registry.resolve("deepseek-chat", alice)
    asked = [(each.label, each.model) for each in registry.candidates(found, client_factory=listing())]
    assert asked == [("one", "deepseek-chat"), ("two", "deepseek/deepseek-chat")]
    with pytest.raises(NotFound):
        registry.resolve("deepseek/deepseek-chat", alice)
