"""The keys of a provider."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers.models.provider import Provider
from providers.models.rules import in_range

WEIGHT_LIMIT = 1000


class ProviderKeyQuerySet(models.QuerySet["ProviderKey"]):
    """Leaves the envelope out of `values()` and `values_list()` unless it is named."""

    def values(self, *fields: Any, **expressions: Any) -> Any:
        return super().values(*(fields or self._open_fields()), **expressions)

    def values_list(self, *fields: Any, **options: Any) -> Any:
        return super().values_list(*(fields or self._open_fields()), **options)

    def _open_fields(self) -> list[str]:
        return [field.attname for field in self.model._meta.concrete_fields if field.attname != "api_key"]


class ProviderKey(models.Model):
    """One of a provider's keys.

    `api_key` holds ciphertext only, bound to this row and to the origin of the provider's address; `providers.secrets`
    is its only reader and `providers.keys` its only writer (invariant I6).
    """

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="keys", verbose_name=_("provider"))
    label = models.CharField(
        _("label"), max_length=64, blank=True, help_text=_("For you, such as whose account it is.")
    )
    # serialize=False: dumpdata leaves it out; loaded into another row it could not be decrypted anyway.
    api_key = models.TextField(_("encrypted key"), editable=False, serialize=False)
    key_last_four = models.CharField(_("end of the key"), max_length=4, blank=True, editable=False)
    weight = models.PositiveIntegerField(
        _("weight"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(WEIGHT_LIMIT)],
        help_text=_("A key of weight 2 is asked twice as often as one of weight 1."),
    )
    is_active = models.BooleanField(_("in use"), db_column="status", default=True)
    cooldown_until = models.DateTimeField(_("pauses until"), null=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=32, blank=True, editable=False)
    create_time = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    update_time = models.DateTimeField(_("changed"), auto_now=True)

    objects = ProviderKeyQuerySet.as_manager()

    class Meta:
        db_table = "provider_keys"
        # Whoever may change the provider may change its keys.
        default_permissions = ()
        ordering = ("provider_id", "id")
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = (in_range("weight", 1, WEIGHT_LIMIT),)

    def __str__(self) -> str:
        end = f"…{self.key_last_four}" if self.key_last_four else ""
        return " ".join(filter(None, (self.label, end))) or f"#{self.pk}"
