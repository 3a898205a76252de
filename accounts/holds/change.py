"""Beginning and ending holds. Both stand in the audit log, where the people concerned do not see them."""

from typing import Any

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models.signals import m2m_changed
from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts.audit import log
from accounts.audit.models import What
from accounts.holds import rules
from accounts.holds.models import HeldPerson, Hold, HoldEnd
from accounts.models import User
from aihelper.lib.errors import Conflict

BATCH = 500


@transaction.atomic
def hold_person(user: User, *, reason: str, by: User | None) -> Hold:
    """From now on nothing of this person's is destroyed."""
    return _begin([user.pk], by, subject=user.username, reason=reason)


@transaction.atomic
def hold_group(group: Group, *, reason: str, by: User | None) -> Hold:
    """Nothing of whoever is in the group now, or comes into it, also after they have left it."""
    members = list(User.objects.filter(groups=group).values_list("pk", flat=True))
    return _begin(members, by, subject=group.name, group=group, reason=reason)


@transaction.atomic
def hold_session(user: User, session_key: str, *, reason: str, by: User | None) -> Hold:
    """Nothing of this one chat of the person's; the account stays, too."""
    subject = f"{user.username}: {session_key}"
    return _begin([user.pk], by, subject=subject, session_key=session_key, reason=reason)


@transaction.atomic
def end(hold: Hold, *, reason: str, by: User | None) -> HoldEnd:
    """What is due goes with the next sweep. Raises Conflict (already_ended)."""
    try:
        with transaction.atomic():
            row = HoldEnd.objects.create(hold=hold, reason=reason, by=by, by_name=by.username if by else "")
    except IntegrityError as error:
        raise Conflict(_("This hold has ended already."), code="already_ended") from error
    log.note(What.RELEASED, person=None, by=by, object=hold.subject, reason=reason)
    return row


def _begin(people: list[int], by: User | None, *, reason: str, **fields: Any) -> Hold:
    hold = Hold.objects.create(reason=reason, by=by, by_name=by.username if by else "", **fields)
    HeldPerson.objects.bulk_create([HeldPerson(hold=hold, user_id=pk) for pk in people], batch_size=BATCH)
    log.note(What.HELD, person=None, by=by, object=hold.subject, reason=reason)
    return hold


@receiver(m2m_changed, sender=User.groups.through)
def _joined(instance: Any, action: str, pk_set: set[int] | None, reverse: bool, **_kwargs: Any) -> None:
    """Who comes into a held group is held, and stays so when leaving it."""
    if action != "post_add" or not pk_set:
        return
    groups, people = ([instance.pk], pk_set) if reverse else (pk_set, [instance.pk])
    for hold in rules.on().filter(group__in=groups):
        known = set(hold.people.filter(user__in=people).values_list("user_id", flat=True))
        HeldPerson.objects.bulk_create([HeldPerson(hold=hold, user_id=pk) for pk in people if pk not in known])
