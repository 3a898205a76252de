"""Every page and every action of Django admin, as each kind of administrator: the table says what they get."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import ForeignKey

from accounts.admin.managed import Managed
from accounts.audit.models import AuditEntry
from accounts.models import User
from aihelper.tests.rights import admin_table, administrators, world
from aihelper.tests.rights.administrators import ADMINISTRATORS, SHUT, Office

pytestmark = pytest.mark.django_db

# Tables with a way to a person whose admins need not be Managed: what they show is for everybody.
FOR_EVERYBODY = {"chat.prompt"}


@pytest.fixture
def office(place: None) -> Office:
    return administrators.build()


def test_every_page_about_people_knows_managers() -> None:
    """A new admin of a table with a person in it, which would show a manager everybody, fails here."""
    about_people = {
        model._meta.label_lower: page
        for model, page in admin.site._registry.items()
        if model in {User, Group}
        or any(isinstance(field, ForeignKey) and field.related_model is User for field in model._meta.get_fields())
    }
    assert {label for label, page in about_people.items() if not isinstance(page, Managed)} == FOR_EVERYBODY


@pytest.mark.parametrize("column", ADMINISTRATORS[1:])
def test_every_page(office: Office, column: str) -> None:
    client, wrong = office.client(column), []
    for route, told in administrators.expected_pages().items():
        answer = client.get(administrators.path_of(route, office.rows))
        got = administrators.outcome(answer)
        # A page that only takes posts says so to everybody; what it does then is asked for below.
        if got != told[column] and (got, told[column]) != ("405", SHUT):
            wrong.append(f"GET {route} by {column}: {got} ({answer.status_code}), not {told[column]}")
        if told[column] == SHUT and office.person.username in answer.content.decode():
            wrong.append(f"GET {route} by {column}: names the person")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("column", ADMINISTRATORS[1:])
def test_what_is_shut_takes_no_post(office: Office, column: str) -> None:
    client, wrong = office.client(column), []
    before = _stored(office)
    for route, told in administrators.expected_pages().items():
        if told[column] != SHUT or "(?P" in route or route in admin_table.ADMIN_OPEN:
            continue
        data = {"post": "yes", "sure": "yes", "confirmed": "yes", "username": "taken", "name": "taken", "change": "1"}
        answer = client.post(administrators.path_of(route, office.rows), data)
        if (got := administrators.outcome(answer)) not in {SHUT, "405"}:
            wrong.append(f"POST {route} by {column}: {got}")
    assert _stored(office) == before
    assert not wrong, "\n".join(wrong)


def test_every_action_of_every_list(office: Office) -> None:
    """Asked for with the row of the table, before any question is answered: nothing changes for anybody."""
    expected = administrators.expected_actions()
    assert administrators.all_actions(office.people["superuser"]) == set(expected)
    wrong = []
    for column in ADMINISTRATORS:
        client, before = office.client(column), _stored(office)
        for (page, name), told in expected.items():
            got = administrators.try_action(client, page, name, office.rows[page])
            if got != told[column]:
                wrong.append(f"{page} {name} by {column}: {got}, not {told[column]}")
            if got != "does" and _stored(office) != before:
                wrong.append(f"{page} {name} by {column}: something changed")
    assert not wrong, "\n".join(wrong)


def _stored(office: Office) -> Any:
    """What would be changed by who gets through where it is shut."""
    people = list(User.objects.order_by("pk").values("username", "is_active", "token_version", "is_staff", "password"))
    return people, AuditEntry.objects.count(), Group.objects.count(), world.digest(office.person)
