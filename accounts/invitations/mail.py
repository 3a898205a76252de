"""Sending an invitation by e-mail, where the operator has set that up (EMAIL_URL)."""

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.invitations.models import Invitation
from accounts.models import SiteSettings

log = structlog.get_logger(__name__)


def send(invitation: Invitation, link: str) -> bool | None:
    """Whether it was handed to the mail server; None where there is nothing to send or nowhere to send it."""
    if not (settings.EMAIL_URL and invitation.email):
        return None
    facts = {"site": SiteSettings.load().site_name, "link": link, "day": date_format(localtime(invitation.expires_at))}
    subject = _("Your invitation to %(site)s") % facts
    text = _("You are invited to %(site)s. Open this link and choose a name and a password:\n\n%(link)s\n\n"
             "It is for you alone, and valid until %(day)s.") % facts  # fmt: skip
    try:
        send_mail(subject, text, None, [invitation.email])
    except OSError as error:  # smtplib's errors are OSErrors, too
        log.warning("invitation_not_sent", invitation=invitation.pk, error=type(error).__name__)
        return False
    return True
