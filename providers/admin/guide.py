"""The guide: a provider from its address and key to the models that people use, on one page.

The row is there, switched off, as soon as it is asked for the first time: so the key need not be typed again for the
next step. Choosing its models switches it on.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from providers import addresses, catalogue, presets, services, validators
from providers.admin.choosing import numbers
from providers.admin.private import PrivateAddressMixin, password_field
from providers.errors import ProviderError
from providers.models import ModelConfig, Provider

# Of a longer list, the page to choose models shows the rest.
SHOWN = 200
# Of a list that is not longer, all that look like chat models are ticked.
TICKED = 10
# What nobody has finished for longer is left alone: it may have been switched off on purpose.
BEGUN_WITHIN = timedelta(hours=12)
DONE = "done"


class GuideForm(PrivateAddressMixin, forms.Form):
    """Address and key. The key's field is always empty: what was typed never comes back."""

    name = forms.CharField(
        label=_("Name"), max_length=64, required=False, widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    )
    base_url = forms.CharField(
        label=_("Base URL"),
        max_length=addresses.MAX_LENGTH,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "https://", "inputmode": "url", "autocomplete": "off"}),
        help_text=_("Up to and with the version (mostly /v1), without /chat/completions."),
    )
    key = forms.CharField(
        label=_("API key"),
        required=False,
        max_length=4096,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        validators=[validators.validate_api_key],
    )

    password = password_field()

    def __init__(self, request: HttpRequest, provider: Provider | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.provider = request, provider
        if provider is not None and provider.has_key:
            self.fields["key"].help_text = _("Stored. Leave this empty to keep it.")

    def clean_base_url(self) -> str:
        return validators.normalise_base_url(self.cleaned_data["base_url"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "base_url" in cleaned:
            self.check_address(cleaned["base_url"], self.provider)
        return cleaned

    def store(self, preset: presets.Preset | None) -> Provider | None:
        """Save the provider with its key; None when that was refused, with the sentence among the form's errors."""
        data = self.cleaned_data
        key = data["key"] or None
        try:
            with transaction.atomic():
                if self.provider is None:
                    return _create(data["name"].strip(), data["base_url"], key or "", preset, self.private)
                name = data["name"].strip() or self.provider.name
                changes = {"name": name, "base_url": data["base_url"]}
                services.update_provider(self.provider, api_key=key, private=self.private, **changes)
                return self.provider
        except ValidationError as error:
            known = {name: each for name, each in getattr(error, "error_dict", {}).items() if name in self.fields}
            self.add_error(None, ValidationError(known) if known else ValidationError(error.messages))
        except IntegrityError:
            self.add_error("name", _("Another provider has this name."))
        return None


class GuideMixin:
    """The guide's page; part of ProviderAdmin."""

    admin_site: Any

    def guide_view(self: Any, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        """Address and key, the test, the models, and done: which of these are shown depends on what is stored."""
        provider = self._guided(request, object_id)
        preset = presets.find(request.GET.get("preset", ""))
        if request.method == "POST" and provider is not None and request.POST.get("step") == "choose":
            answer: HttpResponse = self._finish(request, provider)
            return answer
        form = GuideForm(request, provider, request.POST or None, initial=_initial(provider, preset))
        if request.method == "POST" and form.is_valid():
            if provider is None and self.has_change_permission(request):
                form.provider = provider = _begun(form.cleaned_data)
            stored = form.store(preset)
            if stored is not None:
                self._connect(request, stored, is_new=provider is None)
                return _to_guide(stored)
        if request.method == "POST" and request.POST.get("key"):
            text = gettext("Keys are never sent back to a page: please enter the key again before you save.")
            self.message_user(request, text, messages.WARNING)
        page: HttpResponse = self._guide(request, provider, preset, form)
        return page

    def _guided(self: Any, request: HttpRequest, object_id: str | None) -> Provider | None:
        """Whoever adds a provider here chooses its models, too."""
        if not request.user.has_perms(["providers.add_modelconfig", "providers.change_modelconfig"]):
            raise PermissionDenied
        if object_id is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return None
        provider: Provider = self._provider(request, object_id)
        self._require_choosing(request, provider)
        return provider

    def _connect(self: Any, request: HttpRequest, provider: Provider, *, is_new: bool) -> None:
        """Test the connection and fetch the models, and say how that went."""
        (self.log_addition if is_new else self.log_change)(request, provider, "Connected by the guide.")
        result = services.test_connection(provider, client_factory=self._client_factory())
        self._tell(request, result)
        if result.ok:
            try:
                services.sync_models(provider, client_factory=self._client_factory())
            except ProviderError:
                # The test has said that it does not list them.
                pass

    def _guide(
        self: Any, request: HttpRequest, provider: Provider | None, preset: presets.Preset | None, form: GuideForm
    ) -> HttpResponse:
        models = _listed(provider) if provider is not None else []
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Add a provider") if provider is None else gettext("Connect and choose models"),
            "original": provider,
            "opts": Provider._meta,
            "media": self.media + form.media,
            "form": form,
            "provider": provider,
            # Of what is stored, too: where keys come from and where they hold is asked when one was refused.
            "preset": preset or (presets.at(provider.base_url) if provider else None),
            "presets": presets.PRESETS,
            "models": models[:SHOWN],
            "ticked": _ticked(models),
            "is_longer": len(models) > SHOWN,
            "is_answering": provider is not None and provider.health == Provider.Health.OK,
            "is_done": provider is not None and provider.is_active and DONE in request.GET,
            "offered": sum(model.is_active for model in models),
        }
        return TemplateResponse(request, "admin/providers/guide.html", context)

    def _finish(self: Any, request: HttpRequest, provider: Provider) -> HttpResponse:
        """Offer what is ticked or typed in, and switch the provider on."""
        try:
            with self.keeping(request, [provider.pk]), self.models_kept(request, provider):
                count = _offer(provider, request.POST)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return _to_guide(provider)
        if not count:
            text = gettext("Please tick at least one model, or enter the id of one.")
            self.message_user(request, text, messages.ERROR)
            return _to_guide(provider)
        self.log_change(request, provider, "Chose models.")
        text = ngettext("People can use %(count)d model now.", "People can use %(count)d models now.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
        return _to_guide(provider, f"?{DONE}")


@transaction.atomic
def _offer(provider: Provider, data: QueryDict) -> int:
    catalogue.choose(provider, shown=numbers(data.getlist("shown")), offered=numbers(data.getlist("offer")), names={})
    typed = data.get("ids", "").replace(",", "\n").split()
    catalogue.add(provider, typed)
    provider.models.filter(model_id__in=typed).update(is_active=True)
    count = provider.models.filter(is_active=True).count()
    if count and not provider.is_active:
        services.update_provider(provider, is_active=True)
    return count


def _begun(data: dict[str, Any]) -> Provider | None:
    """The provider that the same input has begun before and nobody has finished, if there is one.

    Testing takes seconds: whoever presses the button again, or comes back to a closed tab, means the same provider.
    """
    begun = Provider.objects.real().filter(base_url=data["base_url"], is_active=False)
    begun = begun.filter(create_time__gt=timezone.now() - BEGUN_WITHIN)
    if name := data["name"].strip():
        begun = begun.filter(name=name)
    return begun.exclude(models__is_active=True).order_by("-pk").first()


def _create(
    name: str, base_url: str, key: str, preset: presets.Preset | None, private: tuple[str, ...] | None
) -> Provider:
    """A new provider, switched off until its models are chosen."""
    host, _port = addresses.host_and_port(base_url)
    fields = preset.fields if preset is not None else {}
    return services.create_provider(
        name=name or services.free_name(preset.name if preset else host),
        base_url=base_url,
        api_key=key,
        is_active=False,
        private=private,
        **fields,
    )


def _initial(provider: Provider | None, preset: presets.Preset | None) -> dict[str, str]:
    if provider is not None:
        return {"name": provider.name, "base_url": provider.base_url}
    return {"name": services.free_name(gettext(preset.name)), "base_url": preset.base_url} if preset is not None else {}


def _listed(provider: Provider) -> list[ModelConfig]:
    """What is offered first, then what looks like a chat model, each in the provider's order."""
    models = provider.models.order_by("sort_order", "pk")
    return sorted(models, key=lambda model: (not model.is_active, not catalogue.looks_like_chat(model.model_id)))


def _ticked(models: list[ModelConfig]) -> set[int]:
    offered = {model.pk for model in models if model.is_active}
    chat = {model.pk for model in models if catalogue.looks_like_chat(model.model_id)}
    return offered or (chat if len(models) <= TICKED else set())


def _to_guide(provider: Provider, query: str = "") -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:providers_provider_guide", args=[provider.pk]) + query)
