"""Push subscriptions: browsers that want to hear when an answer is ready."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PushSubscription(models.Model):
    """One browser of a person, as the Push API names it (RFC 8030, RFC 8291)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_subscriptions", verbose_name=_("user")
    )
    endpoint = models.TextField()
    endpoint_hash = models.CharField(max_length=64, unique=True, editable=False)
    p256dh = models.CharField(max_length=128)
    auth = models.CharField(max_length=64)
    locale = models.CharField(max_length=16, blank=True, default="")
    create_time = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "push_subscriptions"
        verbose_name = _("push subscription")
        verbose_name_plural = _("push subscriptions")

    def __str__(self) -> str:
        return f"push subscription {self.pk}"
