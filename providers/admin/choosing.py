from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext

from providers import catalogue
from providers.models import ModelConfig, Provider

# Two fields for each row, and Django takes a thousand in one form.
PAGE_SIZE = 100


class ChoosingMixin:
    """The page on which an administrator ticks the models to offer; part of ProviderAdmin."""

    admin_site: Any

    def choose_view(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the models of a provider, by page and search; on POST offer the ticked ones and store the names."""
        provider = self._provider(request, object_id)
        self._require_choosing(request, provider)
        if request.method == "POST":
            answer: HttpResponse = self._choose(request, provider)
            return answer
        search = request.GET.get("q", "").strip()
        page = Paginator(_found(provider, search), PAGE_SIZE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Choose models"),
            "opts": Provider._meta,
            "original": provider,
            "provider": provider,
            "page": page,
            "search": search,
            "media": self.media,
            "has_models": bool(page.object_list) or bool(search),
        }
        return TemplateResponse(request, "admin/providers/choose_models.html", context)

    def _choose(self: Any, request: HttpRequest, provider: Provider) -> HttpResponse:
        search = request.POST.get("q", "")
        everything = request.POST.get("all")
        try:
            with self.models_kept(request, provider):
                if everything in {"offer", "withdraw"}:
                    found = list(_found(provider, search.strip()).values_list("pk", flat=True))
                    changed = catalogue.offer(found, offered=everything == "offer")
                else:
                    changed = catalogue.choose(provider, **_chosen(request.POST))
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return _back(provider, search, request.POST.get("p", ""))
        self.log_change(request, provider, "Chose models.")
        text = ngettext("%(count)d model was changed.", "%(count)d models were changed.", changed)
        self.message_user(request, text % {"count": changed}, messages.SUCCESS)
        return _back(provider, search, request.POST.get("p", ""))

    def _require_choosing(self: Any, request: HttpRequest, provider: Provider) -> None:
        """Whoever chooses models changes models too, so the right to change providers is not enough."""
        if provider.is_demo:
            raise Http404
        if not request.user.has_perms(["providers.change_modelconfig", "providers.add_modelconfig"]):
            raise PermissionDenied


def _found(provider: Provider, search: str) -> QuerySet[ModelConfig]:
    models = provider.models.order_by("-is_active", "sort_order", "pk")
    if search:
        # Not `icontains`: under a binary collation (MySQL) that minds the case.
        models = models.alias(id_lower=Lower("model_id"), name_lower=Lower("model_name"))
        models = models.filter(Q(id_lower__contains=search.lower()) | Q(name_lower__contains=search.lower()))
    return models


def _chosen(data: QueryDict) -> dict[str, Any]:
    """What the form says: which models were on the page, which of them are ticked, and their names."""
    shown = numbers(data.getlist("shown"))
    return {
        "shown": shown,
        "offered": numbers(data.getlist("offer")),
        "names": {number: data[f"name-{number}"] for number in shown if f"name-{number}" in data},
    }


def numbers(texts: list[str]) -> set[int]:
    """Those of the texts that are ids."""
    return {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19}


def _back(provider: Provider, search: str, page: str) -> HttpResponse:
    query = urlencode({name: value for name, value in (("q", search), ("p", page)) if value})
    address = reverse("admin:providers_provider_choose", args=[provider.pk])
    return HttpResponseRedirect(f"{address}?{query}" if query else address)
