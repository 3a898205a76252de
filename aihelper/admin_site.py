"""Django admin as a house with rooms: what stands in the sidebar, in which order, with which sign."""

from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.site.models import SiteSettings

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite as UnfoldAdminSite
else:
    from unfold.sites import UnfoldAdminSite

# Title, then model and Material symbol of each entry. What is registered but not named here stands under "More".
ROOMS: tuple[tuple[Any, tuple[tuple[str, str], ...]], ...] = (
    (
        _("Models"),
        (
            ("providers.provider", "dns"),
            ("providers.modelconfig", "neurology"),
            ("admin:providers_provider_status", "monitor_heart"),
        ),
    ),
    (
        _("People"),
        (
            ("accounts.user", "group"),
            ("auth.group", "groups"),
            ("accounts.invitation", "mail"),
            ("accounts.signin", "devices"),
            ("accounts.auditentry", "history"),
        ),
    ),
    (
        _("Chats"),
        (
            ("chat.session", "forum"),
            ("chat.generation", "bolt"),
            ("chat.ratedanswer", "thumbs_up_down"),
            ("chat.share", "link"),
            ("chat.folder", "folder"),
            ("chat.document", "attach_file"),
            ("chat.chatimport", "upload_file"),
            ("accounts.hold", "gavel"),
        ),
    ),
    (
        _("Content"),
        (
            ("accounts.announcement", "campaign"),
            ("chat.role", "theater_comedy"),
            ("chat.prompt", "bolt"),
            ("chat.blockedword", "block"),
            ("chat.wordwarning", "warning"),
        ),
    ),
    (
        _("Usage"),
        (
            ("accounts.budget", "savings"),
            ("accounts.budgetcounter", "data_usage"),
            ("accounts.topup", "add_card"),
            ("chat.usagerecord", "receipt_long"),
        ),
    ),
    (_("Settings"), (("accounts.sitesettings", "tune"),)),
)
# What the program calls otherwise: generations nobody knows.
CALLED = {"chat.generation": _("Answers")}
# Entries that are no lists: the page's title, and the model that one has to be allowed to look at.
PAGES: dict[str, tuple[Any, str]] = {"admin:providers_provider_status": (_("Status"), "providers.provider")}


class AdminSite(UnfoldAdminSite):
    """The one administration."""

    site_title = "AI Helper"
    index_title = _("Overview")
    # For the pages that delete (aihelper.lib.deletion).
    called = CALLED

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """The theme's, with the site's own name, and where in the sidebar one is.

        Without its colours: they are ours, and in a file (stylesheet).
        """
        name = SiteSettings.load().site_name
        context = super().each_context(request)
        here = _here(context.get("sidebar_navigation", []))
        return {**context, "colors": None, "site_title": name, "site_header": name, "here": here}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The dashboard; for who may see no figures, what there is to go to."""
        # Not above: it knows pages that are registered here, and there is no "here" yet while this is imported.
        from aihelper.dashboard import page

        figures = page.context(request)
        return super().index(request, {**(extra_context or {}), **figures})

    def _build_app_dict(self, request: HttpRequest, label: Any = None) -> dict[str, Any]:
        """Django's, with the names that people know: in the sidebar, on the pages of apps and where one searches."""
        apps: dict[str, Any] = super()._build_app_dict(request, label)
        for app in apps.values():
            for model in app["models"]:
                model["name"] = CALLED.get(model["model"]._meta.label_lower, model["name"])
        return apps

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The rooms, with what this administrator may look at."""
        seen = {}
        for app in self.get_app_list(request):
            for model in app["models"]:
                seen[f"{app['app_label']}.{model['object_name'].lower()}"] = model
        allowed = {name for name, model in seen.items() if model["admin_url"]}
        overview = self._entry(request, _("Overview"), "monitoring", reverse("admin:index"))
        rooms = [{"title": None, "items": [overview]}]
        for title, entries in ROOMS:
            items = []
            for name, symbol in entries:
                if name in seen:
                    model = seen.pop(name)
                    items.append(self._model(request, model, symbol))
                elif name in PAGES and PAGES[name][1] in allowed:
                    items.append(self._entry(request, PAGES[name][0], symbol, reverse(name)))
            rooms.append({"title": title, "items": _one_active(items)})
        more = [self._model(request, model, "tag") for model in seen.values()]
        return [*rooms, {"title": _("More"), "items": more}]

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The pages whose names hold the word. All of them fit on one page: the theme's own number is not asked for."""
        words = request.GET.copy()
        words["page"] = "1"
        request.GET = words  # type: ignore[assignment] # Django's own middlewares do the same
        return cast("TemplateResponse", super().search(request, extra_context))  # type: ignore[misc] # of Unfold

    def _model(self, request: HttpRequest, model: dict[str, Any], symbol: str) -> dict[str, Any]:
        return self._entry(request, model["name"], symbol, model["admin_url"] or "")

    def _entry(self, request: HttpRequest, title: Any, symbol: str, link: str) -> dict[str, Any]:
        here = request.path == link if link == reverse("admin:index") else bool(link) and request.path.startswith(link)
        return {"title": title, "icon": symbol, "link": link, "active": here, "has_permission": bool(link)}


def _one_active(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of entries whose addresses begin alike, only the nearest is where one is."""
    here = [item for item in items if item["active"]]
    nearest = max(here, key=lambda item: len(item["link"]), default=None)
    return [{**item, "active": item is nearest} for item in items]


def _here(rooms: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The sidebar's entry that one is at, with its room's title; None on pages that it does not lead to."""
    found = ({**item, "room": room["title"]} for room in rooms for item in room["items"] if item["active"])
    return next(found, None)


def stylesheet(_request: HttpRequest) -> str:
    """The address of our colours for the theme."""
    return static("aihelper/admin.css")


def script(_request: HttpRequest) -> str:
    """The address of what makes the theme accessible."""
    return static("aihelper/admin.js")


def icon(_request: HttpRequest) -> str:
    """The address of the browser tab's icon."""
    return static("icon.svg")
