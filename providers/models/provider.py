"""Providers: where models are asked."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers import addresses, validators
from providers.models.rules import in_range

DEMO_NAME = "demo"
PRIORITY_LIMIT = 10_000
# Seconds at most for each of the deadlines (field name without "_timeout").
TIMEOUT_LIMITS = {"connect": 120, "first_token": 3600, "gap": 3600, "total": 86400}


def _seconds(name: str, default: int, label: Any) -> "models.PositiveIntegerField[int, int]":
    limits = [MinValueValidator(1), MaxValueValidator(TIMEOUT_LIMITS[name])]
    return models.PositiveIntegerField(label, default=default, validators=limits, help_text=_("Seconds."))


class ProviderQuerySet(models.QuerySet["Provider"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def real(self) -> Self:
        """All but the built-in demo."""
        return self.filter(is_demo=False)


class Provider(models.Model):
    """An address that speaks one dialect; the keys for it are `ProviderKey` rows."""

    class Dialect(TextChoices):
        OPENAI = "openai", _("OpenAI-compatible")

    class MaxTokensName(TextChoices):
        OLD = "max_tokens", "max_tokens"
        NEW = "max_completion_tokens", "max_completion_tokens"

    class Health(TextChoices):
        UNKNOWN = "unknown", _("not tested")
        OK = "ok", _("reachable")
        DOWN = "down", _("not reachable")

    name = models.CharField(_("name"), max_length=64, unique=True)
    base_url = models.CharField(_("base URL"), max_length=addresses.MAX_LENGTH)
    dialect = models.CharField(_("dialect"), max_length=16, choices=Dialect, default=Dialect.OPENAI)
    asks_usage = models.BooleanField(
        _("asks for token counts"),
        default=True,
        help_text=_("Sends stream_options. Off for servers that count unasked or refuse what they do not know."),
    )
    max_tokens_name = models.CharField(
        _("name of the limit"),
        max_length=32,
        choices=MaxTokensName,
        default=MaxTokensName.OLD,
        help_text=_("What the server calls the longest answer; newer models of OpenAI know only the second name."),
    )
    description = models.CharField(_("description"), max_length=500, blank=True)
    is_active = models.BooleanField(_("active"), db_column="status", default=True)
    is_demo = models.BooleanField(_("demo"), default=False, editable=False)
    priority = models.IntegerField(
        _("priority"),
        default=0,
        validators=[MinValueValidator(-PRIORITY_LIMIT), MaxValueValidator(PRIORITY_LIMIT)],
        help_text=_("The smallest number is asked first and stands first in the list of models."),
    )
    # An administrator has allowed exactly this host:port, with a password; what it led to at that moment. It holds
    # while `base_url` leads there, and no longer.
    private_host = models.CharField(_("allowed private address"), max_length=300, blank=True, editable=False)
    private_addresses = models.CharField(max_length=500, blank=True, editable=False)
    connect_timeout = _seconds("connect", 10, _("connection deadline"))
    first_token_timeout = _seconds("first_token", 120, _("first token deadline"))
    gap_timeout = _seconds("gap", 60, _("deadline between tokens"))
    total_timeout = _seconds("total", 1800, _("deadline of the whole answer"))
    health = models.CharField(_("health"), max_length=16, choices=Health, default=Health.UNKNOWN, editable=False)
    health_code = models.CharField(_("last error"), max_length=32, blank=True, editable=False)
    latency_ms = models.PositiveIntegerField(_("latency in milliseconds"), null=True, editable=False)
    checked_at = models.DateTimeField(_("last test"), null=True, editable=False)
    create_time = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    update_time = models.DateTimeField(_("changed"), auto_now=True)

    objects = ProviderQuerySet.as_manager()

    class Meta:
        db_table = "api_providers"
        ordering = ("priority", "id")
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        constraints = (
            models.CheckConstraint(
                condition=Q(base_url__startswith="http://") | Q(base_url__startswith="https://"),
                name="provider_base_url_scheme",
            ),
            # With the unique name this also says: at most one demo.
            models.CheckConstraint(
                condition=Q(is_demo=True, name=DEMO_NAME) | (Q(is_demo=False) & ~Q(name=DEMO_NAME)),
                name="provider_demo_name",
            ),
            in_range("priority", -PRIORITY_LIMIT, PRIORITY_LIMIT),
            *(in_range(f"{name}_timeout", 1, high) for name, high in TIMEOUT_LIMITS.items()),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def has_key(self) -> bool:
        """Whether any key is stored, switched on or off."""
        return bool(self.keys.all())

    @property
    def origin(self) -> str:
        return addresses.origin(self.base_url)

    def clean(self) -> None:
        """Normalise the address and keep the demo's name free; raises ValidationError."""
        self.name = self.name.strip()
        if not self.is_demo and self.name.casefold() == DEMO_NAME:
            raise ValidationError({"name": _("This name belongs to the built-in demo.")})
        try:
            self.base_url = self.base_url and validators.normalise_base_url(self.base_url)
        except ValidationError as error:
            raise ValidationError({"base_url": error}) from error
