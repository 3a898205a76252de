"""How providers fared: what processes tell each other, and what administrators see (providers.health)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from providers.models.provider import Provider


class ProviderMinute(models.Model):
    """What one process (`owner`) had of a provider within a minute. Nobody but that process writes the row.

    `failed` are the calls for which the provider is to blame (they open its circuit), `errors` all that were not
    answered, by code. `ttft` counts the answers by the time to their first token (`providers.health.figures.BOUNDS`).
    """

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="minutes", verbose_name=_("provider"))
    minute = models.DateTimeField(_("minute"))
    owner = models.CharField(_("process"), max_length=120)
    ok = models.PositiveIntegerField(_("answered"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    errors = models.JSONField(_("errors"), default=dict)
    ttft_ms_sum = models.PositiveBigIntegerField(default=0)
    ttft = models.JSONField(default=list)

    class Meta:
        db_table = "provider_minutes"
        # Whoever may look at providers may look at how they fare.
        default_permissions = ()
        verbose_name = _("minute of a provider")
        verbose_name_plural = _("minutes of providers")
        constraints = (models.UniqueConstraint(fields=("provider", "minute", "owner"), name="provider_minute"),)
        # For the sweep and the page, which ask for all providers at once.
        indexes = (models.Index(fields=("minute",), name="provider_minute_by_time"),)

    def __str__(self) -> str:
        return f"{self.provider_id} {self.minute:%H:%M}"


class ProviderState(models.Model):
    """A provider's circuit, as the process knew it that changed it last, and the last error that anybody had."""

    provider = models.OneToOneField(Provider, models.CASCADE, primary_key=True, related_name="state")
    open_until = models.DateTimeField(_("circuit open until"), null=True)
    changed_at = models.DateTimeField(_("circuit changed"), null=True)
    last_error = models.CharField(_("last error"), max_length=64, blank=True, default="")
    last_error_at = models.DateTimeField(_("time of the last error"), null=True)

    class Meta:
        db_table = "provider_states"
        default_permissions = ()
        verbose_name = _("state of a provider")
        verbose_name_plural = _("states of providers")

    def __str__(self) -> str:
        return str(self.provider_id)
