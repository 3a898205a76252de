"""What the ledger and the ratings are filtered by."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.managed import is_managing
from providers.models import ModelConfig, Provider

# More cannot be chosen from; the search finds the others.
MOST = 100


class CountedFilter(admin.SimpleListFilter):
    """A filter by the values of one column, whose numbers are asked for by one grouped query.

    Django's own look at every row once for each value.
    """

    def get_facet_queryset(self, changelist: Any) -> dict[str, int]:
        """How many rows there are of each value, by its place."""
        rows = changelist.get_queryset(self.request, exclude_parameters=self.expected_parameters())
        numbers = dict(rows.order_by().values_list(self.parameter_name).annotate(number=Count("pk")))
        found = {str(value): number for value, number in numbers.items()}
        return {f"{place}__c": found.get(str(value), 0) for place, (value, _title) in enumerate(self.lookup_choices)}


class ModelFilter(CountedFilter):
    """By model: the names come from the models that are offered, not from a walk over the whole ledger."""

    title = _("model")
    parameter_name = "model_id"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The models that are offered, and the one that is chosen."""
        ids = ModelConfig.objects.filter(is_active=True).order_by("model_id").values_list("model_id", flat=True)
        chosen = request.GET.get(self.parameter_name)
        return [(model_id, model_id) for model_id in sorted({*ids.distinct()[:MOST], *([chosen] if chosen else [])})]

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
