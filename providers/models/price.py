"""What models cost, and since when."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers import validators
from providers.models.model_config import ModelConfig


def _amount(label: object) -> "models.DecimalField[Decimal, Decimal]":
    return models.DecimalField(
        label,  # type: ignore[arg-type] # a lazy sentence is one
        max_digits=12,
        decimal_places=6,
        default=Decimal(0),
        validators=[MinValueValidator(0)],
        help_text=_("For a million tokens."),
    )


class ModelPrice(models.Model):
    """The prices of a model from a day on, until the next row's. Days begin at midnight of the server's time zone."""

    model = models.ForeignKey(ModelConfig, models.CASCADE, related_name="prices", verbose_name=_("model"))
    valid_from = models.DateField(_("from"), default=timezone.localdate)
    input_price = _amount(_("input price"))
    output_price = _amount(_("output price"))
    currency = models.CharField(_("currency"), max_length=3, default="USD", validators=[validators.validate_currency])

    class Meta:
        db_table = "model_prices"
        # Whoever may change the model may change its prices.
        default_permissions = ()
        ordering = ("model_id", "-valid_from")
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = (
            models.UniqueConstraint(fields=("model", "valid_from"), name="modelprice_model_valid_from"),
            models.CheckConstraint(condition=Q(input_price__gte=0), name="modelprice_input_price_range"),
            models.CheckConstraint(condition=Q(output_price__gte=0), name="modelprice_output_price_range"),
        )

    def __str__(self) -> str:
        return f"{self.valid_from}: {self.input_price} / {self.output_price} {self.currency}"
