"""The table of the audit log."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aihelper.lib.append_only import AppendOnly


class What(models.TextChoices):
    """What can be done with somebody's account by somebody else."""

    INVITED = "invited", _("invited")
    INVITATION_MADE = "invitation_made", _("invitation made")
    INVITATION_REVOKED = "invitation_revoked", _("invitation revoked")
    LINK_GIVEN = "link_given", _("link to choose a password given")
    IMPORTED = "imported", _("added from a list")
    APPROVED = "approved", _("approved")
    DISABLED = "disabled", _("disabled")
    ENABLED = "enabled", _("enabled again")
    SIGNED_OUT = "signed_out", _("signed out everywhere")
    SIGN_IN_ENDED = "sign_in_ended", _("signed out on one device")
    PASSWORD_SET = "password_set", _("password set")
    PASSWORD_RESET = "password_reset", _("new password asked for")
    ADMIN_MADE = "admin_made", _("made an administrator")
    ADMIN_ENDED = "admin_ended", _("no administrator any more")
    TOPPED_UP = "topped_up", _("budget topped up")
    RETENTION = "retention", _("old chats let go")
    # Without a person: who is held may not be told of it.
    HELD = "held", _("put under legal hold")
    RELEASED = "released", _("legal hold ended")
    CHAT_READ = "chat_read", _("chat read")


class AuditEntry(AppendOnly):
    """Who did what with whose account, and why. Names are kept beside the people: the entry outlives them."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    # Empty where the command line did it.
    actor_name = models.CharField(_("by"), max_length=150, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("person")
    )
    person_name = models.CharField(_("person"), max_length=150, blank=True)
    what = models.CharField(_("what"), max_length=32, choices=What)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    # What it was done to, beside the person: a budget's name, a device, the id of a chat.
    object = models.CharField(_("object"), max_length=200, blank=True)
    create_time = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        db_table = "audit_entries"
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")

    def __str__(self) -> str:
        return " · ".join(filter(None, (str(self.get_what_display()), self.person_name)))
