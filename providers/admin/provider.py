from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import Count, Q, QuerySet
from django.forms import BaseInlineFormSet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from aihelper.lib.admin import TabularInline
from aihelper.lib.history import HistoryAdmin, Values
from providers import catalogue, services
from providers.admin.choosing import ChoosingMixin
from providers.admin.dragging import DraggedMixin
from providers.admin.forms import ProviderForm
from providers.admin.guide import GuideMixin
from providers.admin.keys import SECRET_FIELDS, ProviderKeyFormSet, ProviderKeyInline
from providers.admin.private import PASSWORD_FIELD
from providers.admin.status import StatusMixin
from providers.errors import ProviderError
from providers.health.words import in_short
from providers.models import ModelConfig, Provider
from providers.probe import TestResult
from providers.registry import ClientFactory

if TYPE_CHECKING:
    InlineFormSet = BaseInlineFormSet[ModelConfig, Provider, Any]
else:
    InlineFormSet = BaseInlineFormSet

# More rows than this would exceed Django's limit of fields per form; the page to choose models shows all.
INLINE_ROWS = 15
HEALTH_CLASSES = {Provider.Health.OK: "health-ok", Provider.Health.DOWN: "health-down"}


class OfferedFormSet(InlineFormSet):
    def get_queryset(self) -> QuerySet[ModelConfig]:
        """The first of the offered models."""
        if not hasattr(self, "_offered"):
            self._offered = super().get_queryset()[:INLINE_ROWS]
        return self._offered


class ModelConfigInline(TabularInline[ModelConfig, Provider]):
    model = ModelConfig
    formset = OfferedFormSet
    fields = ("model_id", "model_name", "is_active", "sort_order", "context_window", "max_tokens")
    verbose_name_plural = _("offered models (“Choose models” shows all of them)")
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelConfig]:
        return super().get_queryset(request).filter(is_active=True)


class DemoModelInline(ModelConfigInline):
    """The demo's models, which can only be looked at."""

    verbose_name_plural = _("models")
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Provider)
@method_decorator(sensitive_post_parameters(*SECRET_FIELDS, PASSWORD_FIELD), name="changeform_view")
@method_decorator(sensitive_post_parameters("key", PASSWORD_FIELD), name="guide_view")
class ProviderAdmin(DraggedMixin, StatusMixin, GuideMixin, ChoosingMixin, HistoryAdmin[Provider]):
    """Providers, with the buttons that test them and fetch their models. The demo can only be looked at."""

    purpose = _("The services and servers that run the models. Drag rows and save to change the order.")

    # Tests hand in a client with a transport of their own, by a subclass.
    client_factory: ClassVar[ClientFactory | None] = None

    form = ProviderForm
    list_before_template = "admin/providers/before_providers.html"
    change_form_outer_before_template = "admin/providers/before_provider.html"
    list_display = ("name", "base_url", "is_active", "show_health", "show_circuit", "show_models", "priority")
    list_editable = ("priority",)
    ordering_field = "priority"
    list_filter = ("is_active", "health")
    search_fields = ("name", "base_url", "description")
    search_help_text = _("Name, address or description")
    readonly_fields = ("show_health", "latency_ms", "checked_at", "show_private", "create_time", "update_time")
    ordering = ("is_demo", "priority", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Provider]:
        offered = Count("models", filter=Q(models__is_active=True))
        rows = super().get_queryset(request).select_related("state")
        return rows.annotate(offered_count=offered, model_count=Count("models"))

    def get_fieldsets(self, request: HttpRequest, obj: Provider | None = None) -> Any:
        if obj is not None and obj.is_demo:
            return [(None, {"fields": ("name", "base_url", "is_active", "show_health", "checked_at")})]
        deadlines = ("connect_timeout", "first_token_timeout", "gap_timeout", "total_timeout")
        # Shown when it is asked for: after the form was sent.
        asked = (PASSWORD_FIELD,) if request.method == "POST" else ()
        language = ("dialect", ("asks_usage", "max_tokens_name"))
        sections: list[Any] = [
            (None, {"fields": ("name", "base_url", *asked, "is_active")}),
            (_("More"), {"classes": ("collapse",), "fields": (*language, "description", "priority", *deadlines)}),
        ]
        if obj is not None:
            state = ("show_health", "latency_ms", "checked_at", "show_private", "create_time", "update_time")
            sections.append((_("State"), {"classes": ("collapse",), "fields": state}))
        return sections

    def get_form(self, request: HttpRequest, obj: Provider | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None and obj.is_demo:
            # Where nothing can be entered, no help with it.
            kwargs["help_texts"] = {"base_url": " "}
        form: Any = super().get_form(request, obj, change, **kwargs)
        # A class made for this request: whose password is asked for.
        form.request = request
        return form

    def get_inlines(self, request: HttpRequest, obj: Provider | None) -> Any:
        if obj is None:
            return [ProviderKeyInline]
        return [DemoModelInline] if obj.is_demo else [ProviderKeyInline, ModelConfigInline]

    def has_change_permission(self, request: HttpRequest, obj: Provider | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj is not None and obj.is_demo)

    def has_delete_permission(self, request: HttpRequest, obj: Provider | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj is not None and obj.is_demo)

    def arrange(self, wished: list[int]) -> int:
        return catalogue.arrange_providers(wished)

    @admin.display(description=_("health"), ordering="health")
    def show_health(self, provider: Provider) -> str:
        name = HEALTH_CLASSES.get(Provider.Health(provider.health), "health-unknown")
        words = '<div><span class="{}">{}</span><span class="admin-small">{}</span></div>'
        return format_html(words, name, provider.get_health_display(), in_short(provider.health_code))

    @admin.display(description=_("allowed private address"))
    def show_private(self, provider: Provider) -> str:
        if not provider.private_host:
            return "-"
        return f"{provider.private_host} ({provider.private_addresses})"

    @admin.display(description=_("models offered"), ordering="offered_count")
    def show_models(self, provider: Any) -> str:
        return gettext("%(offered)d of %(all)d") % {"offered": provider.offered_count, "all": provider.model_count}

    def save_model(self, request: HttpRequest, obj: Provider, form: Any, change: bool) -> None:
        """Nothing yet: `save_related` saves the provider together with its keys."""
        self.remember(request, obj, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the provider and its keys in one service, then the models."""
        of_keys = [formset for formset in formsets if isinstance(formset, ProviderKeyFormSet)]
        changes = [each for formset in of_keys for each in formset.changes()]
        services.save_provider(form.instance, changes=changes, private=form.private)
        with self.models_kept(request, form.instance):
            super().save_related(request, form, [each for each in formsets if each not in of_keys], change)

    def save_old(self, request: HttpRequest, row: Provider, form: Any, old: Values, change: bool) -> None:
        """By the service. It asks for the keys again where the address leads elsewhere: here there are none to give."""
        self.remember(request, row, change)
        services.save_provider(row, changes=[], private=form.private)

    def models_kept(self, request: HttpRequest, provider: Provider) -> AbstractContextManager[None]:
        """While inside, what is done to the provider's models goes into their histories."""
        models: Any = self.admin_site._registry.get(ModelConfig)
        pks = provider.models.values_list("pk", flat=True)
        return models.keeping(request, pks) if isinstance(models, HistoryAdmin) else nullcontext()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form; where somebody else was quicker, nothing is saved and a sentence says so."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as error:
            sentence = " ".join(error.messages)
        except IntegrityError:
            sentence = gettext(
                "Somebody else has changed this provider meanwhile. Nothing was saved: please look again."
            )
        self.message_user(request, sentence, messages.ERROR)
        return HttpResponseRedirect(request.path)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """After a mistake the secrets are gone from their fields, and nobody should save without noticing."""
        if request.method == "POST" and any(request.POST.get(name) for name in SECRET_FIELDS):
            text = gettext("Keys are never sent back to a page: please enter the key again before you save.")
            self.message_user(request, text, messages.WARNING)
        return super().render_change_form(request, context, *args, **kwargs)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The guide is the way to add one; this form, with every field, is for those who ask for it."""
        if request.method == "GET" and not {"by", "_popup"} & request.GET.keys():
            if not self.has_add_permission(request):
                raise PermissionDenied
            return HttpResponseRedirect(reverse("admin:providers_provider_new"))
        return super().add_view(request, form_url, extra_context)

    def response_add(self, request: HttpRequest, obj: Provider, post_url_continue: str | None = None) -> HttpResponse:
        """Go to the new provider's own page, where the next two steps are."""
        if "_addanother" in request.POST or "_popup" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        text = gettext("“%(name)s” was added. Next: test the connection, then fetch its models and choose some.")
        self.message_user(request, text % {"name": obj}, messages.SUCCESS)
        return self._to_provider(obj)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"no_real_provider": not Provider.objects.real().exists()}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        views = {"test": self.test_view, "fetch": self.fetch_view, "choose": self.choose_view, "guide": self.guide_view}
        guide = path("guide/", self.admin_site.admin_view(self.guide_view), name="providers_provider_new")
        own = [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"providers_provider_{name}")
            for name, view in views.items()
        ]
        return [guide, *own, *super().get_urls()]

    def test_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Button “Test connection”."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        provider = self._provider(request, object_id)
        result = services.test_connection(provider, client_factory=self._client_factory())
        self._tell(request, result)
        return self._to_provider(provider)

    def _tell(self, request: HttpRequest, result: TestResult) -> None:
        """Say what a test found: our sentence, the status class and the latency, never what the server sent."""
        facts = ", ".join(filter(None, (result.status_class, f"{result.latency_ms} ms")))
        level = messages.ERROR if not result.ok else messages.SUCCESS if result.proven else messages.WARNING
        self.message_user(request, f"{result.sentence} ({facts})", level)

    def fetch_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Button “Fetch models”; goes on to the page to choose some."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        provider = self._provider(request, object_id)
        self._require_choosing(request, provider)
        try:
            result = services.sync_models(provider, client_factory=self._client_factory())
        except ProviderError as error:
            self.message_user(request, gettext(error.sentence), messages.ERROR)
            return self._to_provider(provider)
        text = ngettext(
            "The provider lists %(listed)d model: %(added)d new, %(vanished)d gone.",
            "The provider lists %(listed)d models: %(added)d new, %(vanished)d gone.",
            result.listed,
        )
        numbers = {"listed": result.listed, "added": result.added, "vanished": result.vanished}
        self.message_user(request, text % numbers, messages.SUCCESS)
        self.log_change(request, provider, "Fetched models.")
        return HttpResponseRedirect(reverse("admin:providers_provider_choose", args=[provider.pk]))

    def _provider(self, request: HttpRequest, object_id: str) -> Provider:
        """The provider, for somebody who may change providers. The demo may be tested, too."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        provider = self.get_object(request, unquote(object_id))
        if provider is None:
            raise Http404
        return provider

    def _to_provider(self, provider: Provider) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:providers_provider_change", args=[provider.pk]))

    def _client_factory(self) -> ClientFactory | None:
        return type(self).client_factory
