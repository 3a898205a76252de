"""Providers (where models are asked) and the models that they offer."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers import addresses, validators

DEMO_NAME = "demo"
PRIORITY_LIMIT = 10_000
SORT_LIMIT = 100_000
# Seconds at most for each of the deadlines (field name without "_timeout").
TIMEOUT_LIMITS = {"connect": 120, "first_token": 3600, "gap": 3600, "total": 86400}
TOKEN_LIMIT = 100_000_000


def _range(field: str, low: int, high: int) -> models.CheckConstraint:
    condition = Q(**{f"{field}__gte": low}) & Q(**{f"{field}__lte": high})
    return models.CheckConstraint(condition=condition, name=f"%(class)s_{field}_range")


def _seconds(name: str, default: int, label: Any) -> "models.PositiveIntegerField[int, int]":
    limits = [MinValueValidator(1), MaxValueValidator(TIMEOUT_LIMITS[name])]
    return models.PositiveIntegerField(label, default=default, validators=limits, help_text=_("Seconds."))


class ProviderQuerySet(models.QuerySet["Provider"]):
    """Leaves the encrypted key out of `values()` and `values_list()` unless it is named."""

    def values(self, *fields: Any, **expressions: Any) -> Any:
        return super().values(*(fields or self._open_fields()), **expressions)

    def values_list(self, *fields: Any, **options: Any) -> Any:
        return super().values_list(*(fields or self._open_fields()), **options)

    def active(self) -> Self:
        return self.filter(is_active=True)

    def real(self) -> Self:
        """All but the built-in demo."""
        return self.filter(is_demo=False)

    def _open_fields(self) -> list[str]:
        return [field.attname for field in self.model._meta.concrete_fields if field.attname != "api_key"]


class Provider(models.Model):
    """An address that speaks one dialect, with the key for it.

    `api_key` holds ciphertext only, bound to this row and to the origin of `base_url`; `providers.secrets`
    is its only reader and `providers.services` its only writer (invariant I6).
    """

    class Dialect(TextChoices):
        OPENAI = "openai", _("OpenAI-compatible")

    class Health(TextChoices):
        UNKNOWN = "unknown", _("not tested")
        OK = "ok", _("reachable")
        DOWN = "down", _("not reachable")

    name = models.CharField(_("name"), max_length=64, unique=True)
    base_url = models.CharField(_("base URL"), max_length=addresses.MAX_LENGTH)
    # serialize=False: dumpdata leaves it out; loaded into another row it could not be decrypted anyway.
    api_key = models.TextField(_("encrypted key"), blank=True, editable=False, serialize=False)
    key_last_four = models.CharField(_("end of the key"), max_length=4, blank=True, editable=False)
    dialect = models.CharField(_("dialect"), max_length=16, choices=Dialect, default=Dialect.OPENAI)
    description = models.CharField(_("description"), max_length=500, blank=True)
    is_active = models.BooleanField(_("active"), db_column="status", default=True)
    is_demo = models.BooleanField(_("demo"), default=False, editable=False)
    priority = models.IntegerField(
        _("priority"),
        default=0,
        validators=[MinValueValidator(-PRIORITY_LIMIT), MaxValueValidator(PRIORITY_LIMIT)],
        help_text=_("The smallest number is asked first and stands first in the list of models."),
    )
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
            _range("priority", -PRIORITY_LIMIT, PRIORITY_LIMIT),
            *(_range(f"{name}_timeout", 1, high) for name, high in TIMEOUT_LIMITS.items()),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def has_key(self) -> bool:
        return bool(self.api_key)

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


class ModelConfigQuerySet(models.QuerySet["ModelConfig"]):
    def offered(self) -> Self:
        """Active models of active providers, in the order in which people see them."""
        offered = self.filter(is_active=True, provider__is_active=True)
        return offered.select_related("provider").order_by("provider__priority", "provider_id", "sort_order", "id")


class ModelConfig(models.Model):
    """One model of a provider: what people see of it, its limits, defaults and prices."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="models", verbose_name=_("provider"))
    model_id = models.CharField(
        _("model id"),
        max_length=200,
        validators=[validators.validate_model_id],
        help_text=_("The provider's own name for the model; sent with each request."),
    )
    model_name = models.CharField(_("shown name"), max_length=200, blank=True)
    description = models.CharField(_("description"), max_length=500, blank=True)
    max_tokens = models.PositiveIntegerField(
        _("longest answer"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(TOKEN_LIMIT)],
        help_text=_("In tokens. Empty: the provider decides."),
    )
    context_window = models.PositiveIntegerField(
        _("context window"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(TOKEN_LIMIT)],
        help_text=_("In tokens: question, history and answer together. Empty: not known."),
    )
    has_vision = models.BooleanField(_("sees images"), default=False)
    has_reasoning = models.BooleanField(_("reasons"), default=False)
    has_tools = models.BooleanField(_("uses tools"), default=False)
    parameters = models.JSONField(
        _("default parameters"),
        default=dict,
        blank=True,
        validators=[validators.validate_parameters],
        help_text=_('A JSON object that is sent with each request, such as {"temperature": 0.7}.'),
    )
    input_price = models.DecimalField(
        _("input price"),
        max_digits=12,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("For a million tokens."),
    )
    output_price = models.DecimalField(
        _("output price"),
        max_digits=12,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("For a million tokens."),
    )
    currency = models.CharField(_("currency"), max_length=3, default="USD", validators=[validators.validate_currency])
    is_active = models.BooleanField(_("offered"), db_column="status", default=True)
    sort_order = models.IntegerField(
        _("order"), default=0, validators=[MinValueValidator(-SORT_LIMIT), MaxValueValidator(SORT_LIMIT)]
    )
    vanished_at = models.DateTimeField(
        _("gone since"), null=True, editable=False, help_text=_("The provider no longer lists this model.")
    )
    create_time = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    update_time = models.DateTimeField(_("changed"), auto_now=True)

    objects = ModelConfigQuerySet.as_manager()

    class Meta:
        db_table = "model_configs"
        ordering = ("provider__priority", "provider_id", "sort_order", "id")
        verbose_name = _("model")
        verbose_name_plural = _("models")
        constraints = (
            models.UniqueConstraint(fields=("provider", "model_id"), name="modelconfig_provider_model_id"),
            models.CheckConstraint(condition=~Q(model_id=""), name="modelconfig_model_id_set"),
            models.CheckConstraint(condition=Q(input_price__gte=0), name="modelconfig_input_price_range"),
            models.CheckConstraint(condition=Q(output_price__gte=0), name="modelconfig_output_price_range"),
            _range("max_tokens", 1, TOKEN_LIMIT),
            _range("context_window", 1, TOKEN_LIMIT),
            _range("sort_order", -SORT_LIMIT, SORT_LIMIT),
        )

    def __str__(self) -> str:
        return self.model_name or self.model_id

    @property
    def capabilities(self) -> dict[str, bool]:
        return {"vision": self.has_vision, "reasoning": self.has_reasoning, "tools": self.has_tools}

    def clean(self) -> None:
        """Name the model by its id when it has no name of its own."""
        self.model_name = self.model_name.strip() or self.model_id
