"""The kinds of administrators, and asking for every page and action of Django admin as each of them."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory

from accounts.groups.models import GroupPolicy
from accounts.models import User
from aihelper.tests.rights import admin_table, world

# Who asks: an administrator with every right, one with none, the manager of the group of the person whom the rows are
# about, and the manager of another group.
ADMINISTRATORS = ("superuser", "staff", "manager", "colleague")
SHUT = "no"
INDEX = "/admin/"


@dataclass
class Office:
    """The rows of the administration, who asks for them, and the person whom they are about."""

    rows: dict[str, Any]
    people: dict[str, User]
    person: User

    def client(self, column: str) -> Client:
        """Django admin as this kind of administrator."""
        client = Client(raise_request_exception=False)
        client.force_login(self.people[column])
        return client


def build() -> Office:
    """A row of each model, and the administrators."""
    rows = world.rows_of_the_administration()
    person = User.objects.get(pk=rows["accounts/user"])
    people = {column: world.person(admin=column == "superuser") for column in ADMINISTRATORS}
    for column in ("manager", "colleague"):
        policy = GroupPolicy.objects.create(group=Group.objects.create(name=f"{column}s"), may_be_read=True)
        policy.managers.add(people[column])
    User.objects.filter(pk__in=[user.pk for user in people.values()]).update(is_staff=True)
    person.groups.add(Group.objects.get(name="managers"))
    return Office(rows, people, person)


def expected_pages() -> dict[str, dict[str, str]]:
    """By route: what each kind gets, by GET: a status or SHUT. The superuser's column is the table's own."""
    shut = dict.fromkeys(ADMINISTRATORS[1:], SHUT)
    leads_on = dict.fromkeys(ADMINISTRATORS[1:], "302")
    routes = {line.split()[0]: dict(shut) for line in admin_table.ADMIN.strip().splitlines()}
    # The bare address of a row, which asks nobody and leads to its page whatever the row is.
    routes |= {route: leads_on for route in routes if route.endswith("/<path:object_id>/") and "/r/" not in route}
    for line in admin_table.MANAGED.strip().splitlines():
        route, *outcomes = line.split()
        routes[route] = dict(zip(ADMINISTRATORS[1:], outcomes, strict=True))
    return routes


def path_of(route: str, rows: dict[str, Any]) -> str:
    """The address of a route's row; where it is about no row, its own."""
    route = route.replace("^(?P<app_label>accounts|auth|providers|chat)/$", "chat/").replace("(?P<url>.*)$", "nothing")
    key = "/".join(route.split("/")[1:3])
    things = {"object_id": rows.get(key, 1), "id": rows.get(key, 1), "content_type_id": 1}
    return world.filled(route, things)


def outcome(answer: Any) -> str:
    """The status, or SHUT: refused, or sent to the index as for an id that nobody knows."""
    if answer.status_code in {403, 404} or (answer.status_code == 302 and answer.headers["Location"] == INDEX):
        return SHUT
    return str(answer.status_code)


# --- Actions of lists -----------------------------------------------------------------------------------
def all_actions(superuser: User) -> set[tuple[str, str]]:
    """The address of the list and the name of every action that a superuser is offered."""
    request = RequestFactory().get(INDEX)
    request.user = superuser
    found: set[tuple[str, str]] = set()
    for model, page in admin.site._registry.items():
        address = f"{model._meta.app_label}/{model._meta.model_name}"
        found |= {(address, name) for name in page.get_actions(request)}
    return found


def expected_actions() -> dict[tuple[str, str], dict[str, str]]:
    """By list and action: what each kind gets who chooses the row of the table and has not been asked yet."""
    lines = (line.split() for line in admin_table.ADMIN_ACTIONS.strip().splitlines())
    return {(page, name): dict(zip(ADMINISTRATORS, told, strict=True)) for page, name, *told in lines}


def try_action(client: Client, page: str, name: str, pk: Any) -> str:
    """What comes of an action on one row: it "asks", it "does" its work at once, or it is SHUT."""
    answer = client.post(f"/admin/{page}/", {"action": name, "_selected_action": [str(pk)]})
    if answer.status_code == 403:
        return SHUT
    if answer.status_code == 302:
        said = client.get(answer.headers["Location"]).content.decode()
        return SHUT if "No action selected" in said or "Items must be selected" in said else "does"
    context: Any = answer.context or {}
    if "named" in context:
        return "asks" if context["count"] else SHUT
    return "asks" if "deletable_objects" in context and context["deletable_objects"] else SHUT
