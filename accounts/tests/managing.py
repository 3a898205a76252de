"""A school for the tests of managers: two classes with a teacher and a pupil each, and whoever else there is."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client

from accounts.groups.models import GroupPolicy
from accounts.models import User


@dataclass
class School:
    """`teacher` manages `own`, in which `pupil` is; `colleague` manages `foreign`, in which `stranger` is.

    `substitute` is an administrator in the teacher's class, `loner` is in no group.
    """

    own: Group
    foreign: Group
    teacher: User
    colleague: User
    pupil: User
    stranger: User
    substitute: User
    loner: User
    root: User

    @property
    def others(self) -> list[User]:
        """All whom the teacher must not know."""
        return [self.colleague, self.stranger, self.substitute, self.loner, self.root]


def school() -> School:
    """Make it."""

    def person(name: str, **fields: Any) -> User:
        return User.objects.create_user(name, f"{name}@example.org", "correct horse 1", **fields)

    own, foreign = (Group.objects.create(name=name) for name in ("own class", "foreign class"))
    made = School(
        own=own,
        foreign=foreign,
        teacher=person("teacher", is_staff=True),
        colleague=person("colleague", is_staff=True),
        pupil=person("pupil"),
        stranger=person("stranger"),
        substitute=person("substitute", is_staff=True),
        loner=person("loner"),
        root=person("headmaster", is_staff=True, is_superuser=True),
    )
    own.user_set.add(made.pupil, made.substitute, made.root)
    foreign.user_set.add(made.stranger)
    GroupPolicy.objects.create(group=own).managers.add(made.teacher)
    GroupPolicy.objects.create(group=foreign).managers.add(made.colleague)
    return made


def signed_in(user: User) -> Client:
    """Django admin as this person."""
    client = Client()
    client.force_login(user)
    return client
