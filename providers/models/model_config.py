"""The models that providers offer."""

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import Group
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers import validators
from providers.models.provider import Provider
from providers.models.rules import in_range

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

SORT_LIMIT = 100_000
# An emoji may be several characters: a face, its colour, a joiner, another face.
ICON_LENGTH = 16
TOKEN_LIMIT = 100_000_000


class ModelConfigQuerySet(models.QuerySet["ModelConfig"]):
    def offered(self) -> Self:
        """Active models of active providers, in the order in which people see them."""
        offered = self.filter(is_active=True, provider__is_active=True)
        return offered.select_related("provider").order_by("provider__priority", "provider_id", "sort_order", "id")

    def open_to(self, user: "AbstractBaseUser | AnonymousUser") -> Self:
        """Those that everybody may use, and those of this person's groups."""
        limits = ModelConfig.groups.through._default_manager.filter(modelconfig_id=OuterRef("pk"))
        return self.filter(~Exists(limits) | Exists(limits.filter(group__user=user.pk)))


class ModelConfig(models.Model):
    """One model of a provider: what people see of it, its limits and defaults."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="models", verbose_name=_("provider"))
    model_id = models.CharField(
        _("model id"),
        max_length=200,
        validators=[validators.validate_model_id],
        help_text=_("People and programs choose the model by it. Providers with the same id stand in for each other."),
    )
    upstream_id = models.CharField(
        _("id at the provider"),
        max_length=200,
        blank=True,
        default="",
        validators=[validators.validate_model_id],
        help_text=_("Only where the provider calls the model by another name; it is what is sent."),
    )
    model_name = models.CharField(_("shown name"), max_length=200, blank=True)
    icon = models.CharField(
        _("icon"),
        max_length=ICON_LENGTH,
        blank=True,
        validators=[validators.validate_icon],
        help_text=_("An emoji or one or two letters, shown before the name."),
    )
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
    is_active = models.BooleanField(_("offered"), db_column="status", default=True)
    groups = models.ManyToManyField(
        Group,
        blank=True,
        related_name="models",
        verbose_name=_("groups"),
        db_table="model_config_groups",
        help_text=_("Only their members may use the model. Empty: everybody may."),
    )
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
            in_range("max_tokens", 1, TOKEN_LIMIT),
            in_range("context_window", 1, TOKEN_LIMIT),
            in_range("sort_order", -SORT_LIMIT, SORT_LIMIT),
        )

    def __str__(self) -> str:
        return self.model_name or self.model_id

    @property
    def asked_id(self) -> str:
        """The provider's own name for the model, which is sent with each request."""
        return self.upstream_id or self.model_id

    @property
    def capabilities(self) -> dict[str, bool]:
        return {"vision": self.has_vision, "reasoning": self.has_reasoning, "tools": self.has_tools}

    def clean(self) -> None:
        """Name the model by its id when it has no name of its own."""
        self.model_name = self.model_name.strip() or self.model_id
        if self.upstream_id == self.model_id:
            self.upstream_id = ""
