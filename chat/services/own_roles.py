"""Roles that people make for themselves. Nobody else sees or may choose one; its words are as private as a chat."""

import secrets
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import notes
from accounts.holds import rules
from accounts.models import User
from aihelper.lib.db import retry_on_conflict
from aihelper.lib.errors import AppError, Conflict
from chat import selectors
from chat.engine import feed
from chat.models import Role
from chat.services import moderation
from providers import registry

MAX_ROLES = 50
MAX_NAME, MAX_EMOJI, MAX_DESCRIPTION, MAX_WELCOME, MAX_PROMPT = 80, 16, 300, 2000, 20_000
MAX_SUGGESTIONS, MAX_SUGGESTION = 6, 200
# After those of everybody, whatever order the administrator has given them.
SORT_ORDER = 1_000_000
_LINES = ("name", "emoji", "description")
_TEXTS = ("welcome_message", "system_prompt")


@dataclass(frozen=True, slots=True)
class RoleChanges:
    """What a person writes into a role; None leaves a thing as it is, an empty text or -1 takes it away."""

    name: str | None = None
    emoji: str | None = None
    description: str | None = None
    welcome_message: str | None = None
    system_prompt: str | None = None
    suggestions: list[str] | None = None
    model_id: str | None = None
    temperature: float | None = None


def create(user: User, changes: RoleChanges) -> Role:
    """A new role of the person's. Raises AppError (also blocked_word), NotFound (model) and Conflict (roles_full)."""

    def write() -> Role:
        # One after the other for each person: those who count at the same time would all find room.
        User.objects.select_for_update().filter(pk=user.pk).first()
        if Role.objects.filter(owner=user).count() >= MAX_ROLES:
            sentence = _("You have %(limit)d roles, which is all there is room for. Delete one first.")
            raise Conflict(sentence % {"limit": MAX_ROLES}, code="roles_full")
        # Not to be guessed, and no name of anything: the addresses of a person's roles tell nothing.
        role = Role(owner=user, slug=f"own-{secrets.token_hex(12)}", sort_order=SORT_ORDER)
        _fill(user, role, changes)
        role.save(force_insert=True)
        return role

    return _written(user, write)


def update(user: User, slug: str, changes: RoleChanges) -> Role:
    """Change one of the person's own. Raises NotFound and AppError."""

    def write() -> Role:
        role = selectors.own_role(user, slug)
        _fill(user, role, changes)
        role.save()
        return role

    return _written(user, write)


def delete(user: User, slug: str) -> None:
    """Delete one of the person's own; sessions that had it go on with none. Raises NotFound, Forbidden (kept)."""

    def write() -> Role:
        role = selectors.own_role(user, slug)
        rules.demand(user)
        Role.objects.filter(pk=role.pk).delete()
        return role

    _written(user, write)


def _written(user: User, write: Any) -> Role:
    def noted() -> Role:
        role: Role = write()
        notes.touch(user, "roles")
        transaction.on_commit(lambda: feed.poke(user.pk))
        return role

    return retry_on_conflict(transaction.atomic(noted))()


def _fill(user: User, role: Role, changes: RoleChanges) -> None:
    given = {name: value for name, value in asdict(changes).items() if value is not None}
    for name in _LINES:
        if name in given:
            setattr(role, name, _checked(name, " ".join(given[name].split())))
    for name in _TEXTS:
        if name in given:
            setattr(role, name, _checked(name, given[name].replace("\r\n", "\n").strip()))
    if "suggestions" in given:
        lines = (" ".join(line.split()) for line in given["suggestions"])
        role.suggestions = [_checked("suggestions", line) for line in lines if line]
    if not role.name:
        raise _invalid("name", _("This field may not be blank."))
    if model_id := given.get("model_id"):
        registry.resolve(model_id, user)
    role.model_id = given.get("model_id", role.model_id)
    if "temperature" in given:
        role.parameters = {"temperature": given["temperature"]} if given["temperature"] >= 0 else {}


def _checked(field: str, text: str) -> str:
    """The text with blocked words masked. Raises AppError: invalid, or blocked_word."""
    if moderation.has_control_characters(text):
        raise _invalid(field, _("This text contains control characters. Remove them."))
    return moderation.check_text(text)


def _invalid(field: str, sentence: object) -> AppError:
    return AppError(str(sentence), code="invalid", fields={field: [str(sentence)]})
