"""Lists over large tables find and count what Django's own would, and ask for less."""

from typing import Any

import pytest
from django.contrib import admin
from django.core.paginator import Paginator
from django.test import RequestFactory

from accounts.models import SignIn, User
from aihelper.lib import large_tables
from aihelper.lib.deletion import goes_along, summary
from aihelper.lib.large_tables import KeyPaginator
from chat.models import Message, Session
from chat.tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[User]:
    return [User.objects.create_user(f"person{number}") for number in range(7)]


def _sign_ins(people: list[User]) -> None:
    for number, user in enumerate(people):
        SignIn.objects.create(user=user, kind="browser", name_hash=f"{number}", address=f"192.0.2.{number}")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_page_is_djangos(people: list[User], number: int) -> None:
    rows = User.objects.order_by("-username", "pk").select_related()
    ours, djangos = KeyPaginator(rows, 3).page(number), Paginator(rows, 3).page(number)
    assert list(ours.object_list) == list(djangos.object_list)
    assert (ours.has_next(), ours.start_index()) == (djangos.has_next(), djangos.start_index())


def test_what_lies_before_the_page_is_read_by_keys_alone(people: list[User], django_assert_num_queries: Any) -> None:
    _sign_ins(people)
    with django_assert_num_queries(3) as asked:
        list(KeyPaginator(SignIn.objects.order_by("-pk").select_related("user"), 3).page(1).object_list)
    assert "JOIN" not in asked.captured_queries[1]["sql"]


@pytest.mark.parametrize("words", ["person", "person3", "PERSON", "nobody", '"person3"', "person3 person3", "per son"])
def test_a_search_finds_what_djangos_does(people: list[User], words: str) -> None:
    _sign_ins(people)
    fields = ("^user__username", "=address", "kind", "name_hash__exact")
    page: Any = admin.ModelAdmin(SignIn, admin.site)
    page.search_fields = fields
    djangos, _twice = page.get_search_results(RequestFactory().get("/"), SignIn.objects.order_by("pk"), words)
    found = large_tables.search(SignIn.objects.order_by("pk"), fields, words)
    assert found is not None and list(found[0]) == list(djangos)
    assert "JOIN" not in str(found[0].query)


@pytest.mark.parametrize(("most", "is_query"), [(500, False), (3, True)])
def test_who_is_looked_up_stands_in_the_search_while_they_are_few(
    people: list[User], monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any, most: int, is_query: bool
) -> None:
    monkeypatch.setattr(large_tables, "MOST_KEYS", most)
    _sign_ins(people)
    known: dict[Any, Any] = {}
    with django_assert_num_queries(1):
        found = large_tables.search(SignIn.objects.all(), ("^user__username",), "person", known)
        again = large_tables.search(SignIn.objects.all(), ("^user__username",), "person", known)
    assert found is not None and again is not None
    assert set(found[0]) == set(again[0]) == set(SignIn.objects.all())
    assert (str(found[0].query).count("SELECT") > 1) is is_query


@pytest.mark.parametrize("field", ["groups__name", "sign_ins__address", "no_field"])
def test_a_search_that_is_not_understood_is_left_to_django(field: str) -> None:
    assert large_tables.search(User.objects.all(), (field,), "word") is None


def test_what_goes_along_is_counted(people: list[User], rf: RequestFactory, django_assert_num_queries: Any) -> None:
    _sign_ins(people)
    session = make.session(people[0])
    make.chain(session, ["question", "answer"])
    make.running(make.session(people[0]), state="completed")
    request = rf.get("/")
    request.user, request.resolver_match = User.objects.create_superuser("root"), None
    with django_assert_num_queries(2):
        named, numbers, lacking, in_the_way = summary([people[0]], request, admin.site)
    found = {str(name): number for name, number in numbers.items()}
    assert (found["chats"], found["Answers"], found["sign-ins"], found["users"]) == ("2", "1", "1", "1")
    assert "person0" in named[0]
    assert not lacking and not in_the_way


def test_what_goes_along_is_all_that_django_would_delete() -> None:
    assert {Session, Message, SignIn} <= {model for model, _lookup in goes_along(User)}


def test_who_may_not_delete_them_all_is_told(people: list[User], rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user, request.resolver_match = people[1], None
    assert [str(name) for name in summary([people[0]], request, admin.site)[2]] == ["user"]


def test_of_many_the_first_are_named(rf: RequestFactory) -> None:
    User.objects.bulk_create(User(username=f"many{n}", username_key=f"many{n}") for n in range(59))
    request = rf.get("/")
    request.user, request.resolver_match = User.objects.create_superuser("root"), None
    named, numbers, _lacking, _protected = summary(User.objects.all(), request, admin.site)
    assert len(named) == 51 and named[-1] == "and 10 more"
    assert next(iter(numbers.values())) == "60"
