"""What the ledger and the ratings are filtered by."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.managed import is_managing
from providers.models import ModelConfig, Provider


class ModelFilter(admin.SimpleListFilter):
    """By model: the names come from the models, not from a walk over the whole ledger."""

    title = _("model")
    parameter_name = "model_id"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All models that there are."""
        ids = ModelConfig.objects.order_by("model_id").values_list("model_id", flat=True).distinct()
        return [(model_id, model_id) for model_id in ids]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The records of that model."""
        return queryset.filter(model_id=self.value()) if self.value() else queryset


class ProviderFilter(admin.SimpleListFilter):
    """By provider, likewise."""

    title = _("provider")
    parameter_name = "provider_name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All providers that there are; managers of groups have nothing to do with them."""
        if is_managing(request):
            return []
        return [(name, name) for name in Provider.objects.order_by("name").values_list("name", flat=True)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The records of that provider."""
        return queryset.filter(provider_name=self.value()) if self.value() else queryset
