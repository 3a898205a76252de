"""Trying out the mail server that the operator has set (EMAIL_URL)."""

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from accounts.models import SiteSettings
from aihelper.lib.errors import AppError

log = structlog.get_logger(__name__)


def server() -> str:
    """The server as people may read it, without name and password; empty where none is set."""
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if settings.EMAIL_URL and settings.EMAIL_HOST else ""


def try_out(address: str) -> None:
    """Send a message to this address. Raises AppError (mail_failed, no_mail_server) with what to look at."""
    if not settings.EMAIL_URL:
        raise AppError(_("No mail server is set. The operator sets one with EMAIL_URL."), code="no_mail_server")
    facts = {"site": SiteSettings.load().site_name}
    subject = _("A test from %(site)s") % facts
    try:
        send_mail(subject, _("If you can read this, %(site)s can send e-mail.") % facts, None, [address])
    except OSError as error:  # smtplib's errors are OSErrors, too
        kind = type(error).__name__
        log.warning("test_mail_not_sent", error=kind)
        sentence = _("The mail server did not take it (%(kind)s). Check EMAIL_URL, and that the server can be reached.")
        raise AppError(sentence % {"kind": kind}, code="mail_failed") from error
