"""Coming by an invitation. Unknown, used, expired and revoked ones are one answer."""

import re

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.audit import log
from accounts.audit.models import What
from accounts.invitations.giving import still_given
from accounts.invitations.models import Invitation, InvitationUse
from accounts.models import User
from accounts.tokens import digest
from aihelper.lib.errors import NotFound

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}")


class NotValid(NotFound):
    """No way in by this link, for whatever reason."""

    code = "invitation_not_valid"
    sentence = _("This invitation is not valid, or not any more. Please ask for a new one.")


def look(token: str) -> Invitation:
    """The invitation of a link. Raises NotValid."""
    if not _TOKEN.fullmatch(token):
        raise NotValid
    rows = Invitation.objects.select_related("person", "invited_by").prefetch_related("groups")
    found = rows.filter(token_hash=digest(token)).first()
    if found is None or not found.is_open or not still_given(found):
        raise NotValid
    if found.person is not None and not found.person.is_active:
        raise NotValid
    return found


def accept(token: str, *, username: str = "", password: str, email: str = "") -> User:
    """Join, whatever the site's registration is; or choose the password of the account that the link is for.

    Raises NotValid, and ValidationError with sentences for each field, which leaves the invitation as it was.
    """
    found = look(token)
    if found.person is not None:
        return _choose_password(found, found.person, password)
    # The hash, which takes its time, before the transaction.
    user = services.prepared(username, password, found.email or email)
    with transaction.atomic():
        _take(found)
        services.store_new(user)
        user.groups.set(found.groups.all())
        InvitationUse.objects.create(invitation=found, user=user, username=user.username)
        log.note(What.INVITED, person=user, by=found.invited_by, object=found.reference)
    return user


def _choose_password(found: Invitation, person: User, password: str) -> User:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    person.set_password(password)
    person.password_change_required = False
    with transaction.atomic():
        _take(found)
        person.save(update_fields=["password", "password_change_required"])
        InvitationUse.objects.create(invitation=found, user=person, username=person.username)
    return person


def _take(found: Invitation) -> None:
    """One of its places: of several who come at once, only so many UPDATEs hit the row. Raises NotValid."""
    still = Invitation.objects.filter(
        pk=found.pk, revoked_at=None, expires_at__gt=timezone.now(), uses__lt=F("max_uses")
    )
    if not still.update(uses=F("uses") + 1):
        raise NotValid
