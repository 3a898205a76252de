"""Making invitations and taking them back. A link is told once, where it was made."""

import secrets
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import log
from accounts.audit.models import What
from accounts.groups import scope
from accounts.invitations.models import MAX_USES, Invitation
from accounts.models import User
from accounts.tokens import digest

MAX_DAYS = 365
# Links to choose a password by wait for as long as a class needs to have all of them handed out.
PASSWORD_DAYS = 30


class Given(NamedTuple):
    """An invitation, and what its link ends with, which nobody can find out later."""

    invitation: Invitation
    token: str

    @property
    def path(self) -> str:
        """The address below the site's. What follows the # is not sent to any server, and stands in no log."""
        return f"/invite#{self.token}"


@transaction.atomic
def invite(*, by: User | None, groups: Collection[Group], email: str = "", days: int = 7, max_uses: int = 1) -> Given:
    """A link for `max_uses` people, who join these groups; `by` None is the command line.

    Raises ValidationError for what is out of range, an address for several, and groups that `by` may not fill.
    """
    _check(by, groups, email, days, max_uses)
    token = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        token_hash=digest(token),
        email=email,
        max_uses=max_uses,
        expires_at=timezone.now() + timedelta(days=days),
        invited_by=by,
        invited_by_name=by.username if by else "",
    )
    made.groups.set(groups)
    names = ", ".join(sorted(group.name for group in groups))
    log.note(What.INVITATION_MADE, person=None, by=by, object=made.reference, reason=names)
    return Given(made, token)


@transaction.atomic
def password_links(people: Iterable[User], *, by: User | None) -> dict[int, Given]:
    """For each of them a link to choose a password by, once, and that of before is void. By the people's ids.

    A fixed number of queries for any number of people, but for the audit log.
    """
    people = list(people)
    now = timezone.now()
    Invitation.objects.filter(person__in=people, revoked_at=None).update(revoked_at=now)
    tokens = {user.pk: secrets.token_urlsafe(32) for user in people}
    rows = [
        Invitation(
            token_hash=digest(tokens[user.pk]),
            person=user,
            expires_at=now + timedelta(days=PASSWORD_DAYS),
            invited_by=by,
            invited_by_name=by.username if by else "",
        )
        for user in people
    ]
    made = Invitation.objects.bulk_create(rows, batch_size=500)
    return {row.person_id: Given(row, tokens[row.person_id]) for row in made if row.person_id}


@transaction.atomic
def revoke(invitation: Invitation, *, by: User) -> None:
    """Nobody comes by this link any more; who has come stays."""
    if Invitation.objects.filter(pk=invitation.pk, revoked_at=None).update(revoked_at=timezone.now()):
        log.note(What.INVITATION_REVOKED, person=invitation.person, by=by, object=invitation.reference)


def still_given(invitation: Invitation) -> bool:
    """Whether who gave it could give it today: a former manager's links end with the name in the policy."""
    by = invitation.invited_by
    if by is None:
        return not invitation.invited_by_name
    if not by.may_sign_in:
        return False
    if invitation.person_id:
        return scope.looks_after(by, invitation.person_id)
    return scope.may_fill(by, [group.pk for group in invitation.groups.all()])


def _check(by: User | None, groups: Collection[Group], email: str, days: int, max_uses: int) -> None:
    if not 1 <= days <= MAX_DAYS:
        raise ValidationError({"days": _("Please enter 1 to %(most)d days.") % {"most": MAX_DAYS}})
    if not 1 <= max_uses <= MAX_USES:
        raise ValidationError({"max_uses": _("Please enter 1 to %(most)d people.") % {"most": MAX_USES}})
    if email:
        validate_email(email)
        if max_uses != 1:
            raise ValidationError({"max_uses": _("With an e-mail address the invitation is for one person.")})
    if by is not None and not scope.may_fill(by, [group.pk for group in groups]):
        raise ValidationError({"groups": _("Please choose groups that you look after.")})
