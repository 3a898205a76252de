from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from aihelper.lib.admin import TabularInline
from aihelper.lib.enumeration import listed
from aihelper.lib.history import HistoryAdmin, Values
from providers import catalogue, prices
from providers.admin.dragging import DraggedMixin
from providers.admin.forms import ModelConfigForm
from providers.models import ModelConfig, ModelPrice, Provider


class GoneFilter(admin.SimpleListFilter):
    """Models that their provider no longer lists."""

    title = _("listing")
    parameter_name = "gone"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("0", _("still listed")), ("1", _("no longer listed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in {"0", "1"}:
            return queryset
        return queryset.filter(vanished_at__isnull=self.value() == "0")


class ModelPriceInline(TabularInline[ModelPrice, ModelConfig]):
    """The prices by the day from which they hold. What was asked before keeps what it cost."""

    model = ModelPrice
    fields = ("valid_from", "input_price", "output_price", "currency")
    ordering = ("-valid_from",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("providers.view_modelconfig") or self.has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("providers.change_modelconfig" if obj else "providers.add_modelconfig")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


@admin.register(ModelConfig)
class ModelConfigAdmin(DraggedMixin, HistoryAdmin[ModelConfig]):
    """All models of all real providers, in the order in which people see them. The demo's are fixed."""

    purpose = _("The models that people can choose, in this order. Drag rows and save to change the order.")
    form = ModelConfigForm
    list_before_template = "admin/providers/before_models.html"
    list_display = ("show_name", "provider", "show_id", "show_groups", "is_active", "sort_order")
    list_display_links = ("show_name",)
    list_editable = ("is_active", "sort_order")
    ordering_field = "sort_order"
    list_filter = ("is_active", ("provider", admin.RelatedOnlyFieldListFilter), "groups", GoneFilter)
    list_select_related = ("provider",)
    search_fields = ("model_id", "upstream_id", "model_name", "provider__name")
    search_help_text = _("Name or id of a model, or provider")
    ordering = ("provider__priority", "provider_id", "sort_order", "id")
    autocomplete_fields = ("groups",)
    readonly_fields = ("vanished_at", "create_time", "update_time")
    inlines = (ModelPriceInline,)
    history_titles: ClassVar[dict[str, Any]] = {"prices": _("prices")}
    actions = ("offer", "withdraw", "move_up", "move_down")
    fieldsets = (
        (None, {"fields": ("provider", ("model_id", "upstream_id"), ("model_name", "icon"), "description")}),
        (_("Who may use it"), {"fields": ("is_active", "groups", "sort_order")}),
        (
            _("Limits and abilities"),
            {"fields": (("context_window", "max_tokens"), ("has_vision", "has_reasoning", "has_tools"))},
        ),
        (_("For experts"), {"classes": ("collapse",), "fields": ("parameters",)}),
        (_("State"), {"fields": ("vanished_at", "create_time", "update_time")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelConfig]:
        return super().get_queryset(request).filter(provider__is_demo=False).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: ModelConfig | None = None) -> Any:
        """When its provider stopped listing it, only where it did."""
        sections = super().get_fieldsets(request, obj)
        if obj is not None and obj.vanished_at is None:
            sections = [*sections[:-1], (sections[-1][0], {"fields": ("create_time", "update_time")})]
        return sections

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "provider":
            kwargs["queryset"] = Provider.objects.real()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def history_values(self, request: HttpRequest, obj: ModelConfig) -> Values:
        """With its prices, a line each."""
        return super().history_values(request, obj) | {"prices": prices.lines_of(obj)}

    def history_rows(self, rows: QuerySet[ModelConfig]) -> QuerySet[ModelConfig]:
        """With groups and prices."""
        return rows.prefetch_related("prices")

    def save_old(self, request: HttpRequest, row: ModelConfig, form: Any, old: Values, change: bool) -> None:
        """The prices, too. What was asked meanwhile keeps what it cost."""
        super().save_old(request, row, form, old, change)
        if "prices" in old:
            prices.replace(row, old["prices"])

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"no_models": not self.get_queryset(request).exists()}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    @admin.display(description=_("model"), ordering="model_name")
    def show_name(self, model: ModelConfig) -> str:
        return f"{model.icon} {model}" if model.icon else str(model)

    @admin.display(description=_("model id"), ordering="model_id")
    def show_id(self, model: ModelConfig) -> str:
        return f"{model.model_id} ({model.upstream_id})" if model.upstream_id else model.model_id

    @admin.display(description=_("for"))
    def show_groups(self, model: ModelConfig) -> str:
        return listed(group.name for group in model.groups.all()) or gettext("everybody")

    @admin.action(description=_("Offer the selected models"), permissions=["change"])
    def offer(self, request: HttpRequest, queryset: QuerySet[ModelConfig]) -> None:
        self._do(request, queryset, lambda ids: catalogue.offer(ids, offered=True))

    @admin.action(description=_("Withdraw the selected models"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[ModelConfig]) -> None:
        self._do(request, queryset, lambda ids: catalogue.offer(ids, offered=False))

    @admin.action(description=_("Move the selected models up"), permissions=["change"])
    def move_up(self, request: HttpRequest, queryset: QuerySet[ModelConfig]) -> None:
        self._do(request, queryset, lambda ids: catalogue.move(ids, up=True))

    @admin.action(description=_("Move the selected models down"), permissions=["change"])
    def move_down(self, request: HttpRequest, queryset: QuerySet[ModelConfig]) -> None:
        self._do(request, queryset, lambda ids: catalogue.move(ids, up=False))

    def arrange(self, wished: list[int]) -> int:
        return catalogue.arrange(wished)

    def _do(self, request: HttpRequest, queryset: QuerySet[ModelConfig], change: Callable[[list[int]], int]) -> None:
        """Do it to the rows, keep what they were, and tell how many were changed."""
        ids = list(queryset.values_list("pk", flat=True))
        with self.keeping(request, ids):
            changed = change(ids)
        text = ngettext("%(count)d model was changed.", "%(count)d models were changed.", changed)
        self.message_user(request, text % {"count": changed}, messages.SUCCESS)
