"""The page: one shell for every address of the front end, with what the front end needs to begin.

What the first message on the screen needs is asked for by the shell itself, all at once: without that the browser
learns of the styles, the texts, the markdown and the conversation one round trip after the other
(docs/decisions/first-load.md).

The built files are named in Vite's manifest, which is read again only when it has changed: the copy beside
the collected files, which are those that the server has, or in development the one of the last build.
"""

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import sign_ins
from accounts.announcements import current
from accounts.announcements.models import Announcement
from accounts.models import SiteSettings, User
from accounts.profile import describe
from accounts.site import logo

ENTRY = "src/main.ts"
# The chunk that draws messages (static/vite.config.ts names it), and the pages of those who are not signed in.
MARKDOWN = "markdown"
OPEN_PAGES = {
    "page-login": "src/pages/LoginPage.vue",
    "page-register": "src/pages/RegisterPage.vue",
    "page-invite": "src/pages/InvitePage.vue",
}
TEXTS = "src/i18n/{tag}/core.ts"
_NOTHING: dict[str, Any] = {"announcements": [], "next": None}
THEMES = {"light", "dark"}
# Set by the page (static/src/stores/ui.ts), so that the shell shows the sidebar as it will be.
SIDEBAR_COOKIE = "aihelper_sidebar"
# Our language codes are Django's; the page speaks in those of browsers.
TAGS = {"zh-hans": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True)
class Assets:
    """Addresses of the built files that the first paint needs."""

    script: str
    styles: tuple[str, ...]
    preloads: tuple[str, ...]
    # By the name of a chunk or the path of a source: the files that it needs beside the above.
    late: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def wanted(self, *names: str) -> list[str]:
        """What to fetch at once when these parts of the page will be needed at once. Unknown ones are left out."""
        return list(dict.fromkeys([*self.preloads, *(file for name in names for file in self.late.get(name, ()))]))


@require_safe
def shell(request: HttpRequest, session_id: str = "") -> HttpResponse:
    """Serve the page to anybody; what it may show, it asks of the API."""
    assets = built_assets()
    if assets is None:
        return HttpResponse(_("The page has not been built yet: run “make front”."), status=503)
    # Sets the cookie that every POST of the page must answer for.
    get_token(request)
    user = request.user if isinstance(request.user, User) else None
    if user:
        sign_ins.arrived(request, user)
    boot = boot_data(user)
    if user and (number := request.GET.get("announcement")):
        boot["announcements"] = _preview(user, number) or boot["announcements"]
    texts = TEXTS.format(tag=TAGS.get(boot["locale"], "en"))
    page = OPEN_PAGES.get(getattr(request.resolver_match, "url_name", None) or "", "")
    is_chat = user is not None and not page
    if getattr(request.resolver_match, "url_name", None) == "page-offline":
        # Kept by the service worker and shown to whoever was signed in: it names nobody (static/src/lib/offline/).
        user, boot, is_chat = None, boot_data(None) | {"offline": True, "announcements": _NOTHING}, True
    wanted = [texts, MARKDOWN] if is_chat else [texts, page or OPEN_PAGES["page-login"]]
    if boot["announcements"]["announcements"]:
        # They are drawn by it.
        wanted.append(MARKDOWN)
    context = {
        "assets": assets,
        "modules": assets.wanted(*wanted),
        "is_chat": is_chat,
        "is_collapsed": request.COOKIES.get(SIDEBAR_COOKIE) == "collapsed",
        "conversation": _conversation(session_id) if is_chat else "",
        "boot": boot,
        "icon": f"{settings.STATIC_URL}icon.svg",
        "lang": TAGS.get(boot["locale"], "en"),
        "theme": theme_of(boot["user"]),
        "noscript": _("AI Helper needs JavaScript."),
    }
    response = render(request, "chat/index.html", context)
    # It names its reader, and the files of one build: always asked for anew.
    response["Cache-Control"] = "no-store"
    return response


def built_assets(entry: str = ENTRY) -> Assets | None:
    """An entry point's files, or None when the front end has not been built."""
    path = manifest_path()
    return _assets(path, path.stat().st_mtime_ns, entry) if path else None


def manifest_path() -> Path | None:
    """Vite's manifest of the files that the server has, if the front end has been built."""
    collected, built = Path(settings.STATIC_ROOT), Path(settings.BASE_DIR) / "static" / "dist"
    for folder in (built,) if settings.DEBUG else (collected, built):
        path = folder / "manifest.json"
        if path.exists():
            return path
    return None


@lru_cache(maxsize=8)
def _assets(path: Path, _changed: int, entry: str) -> Assets | None:
    manifest: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    if entry not in manifest:
        return None
    chunks = _imported(manifest, entry)
    late = {
        manifest[name].get("src") or manifest[name].get("name", name): tuple(
            _address(manifest[part]["file"]) for part in _imported(manifest, name) if part not in chunks
        )
        for name in manifest
        if name not in chunks and "file" in manifest[name]
    }
    styles = [style for name in chunks for style in manifest[name].get("css", [])]
    return Assets(
        script=_address(manifest[entry]["file"]),
        styles=tuple(_address(style) for style in dict.fromkeys(styles)),
        preloads=tuple(_address(manifest[name]["file"]) for name in chunks if name != entry),
        late=late,
    )


def _imported(manifest: dict[str, dict[str, Any]], entry: str) -> list[str]:
    """The entry and what it imports at once, each before what it needs, none twice."""
    names: dict[str, None] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop(0)
        if name not in names:
            names[name] = None
            waiting += manifest[name].get("imports", [])
    return list(names)


def _conversation(session_id: str) -> str:
    """Where the page will ask for the conversation of its address; empty when the address has none."""
    try:
        is_one = str(UUID(session_id)) == session_id
    except ValueError:
        return ""
    return reverse("chat-session", args=[session_id]) if is_one else ""


def _preview(user: User, number: str) -> dict[str, Any] | None:
    """An announcement as its administrator may look at it before others do."""
    if not (number.isascii() and number.isdigit() and len(number) < 10 and user.is_staff):
        return None
    if not user.has_perm("accounts.view_announcement"):
        return None
    found = Announcement.objects.filter(pk=int(number)).first()
    return {"announcements": [current.row(found)], "next": None, "preview": True} if found else None


def _address(file: str) -> str:
    return f"{settings.STATIC_URL}{file}"


def boot_data(user: User | None) -> dict[str, Any]:
    """What the front end reads before it asks for anything (static/src/boot.ts)."""
    profile = describe(user) if user else None
    site = SiteSettings.load()
    return {
        "user": profile,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "locale": (user.locale if user else "") or translation.get_language(),
        "locale_cookie": settings.LANGUAGE_COOKIE_NAME,
        "registration_mode": site.registration_mode,
        "max_message_chars": settings.MAX_MESSAGE_CHARS,
        "trash_days": site.trash_days_in_force,
        "site": {
            "name": site.site_name,
            "logo": logo.url_of(site),
            "welcome": {"en": site.welcome, "zh-hans": site.welcome_zh or site.welcome},
            "suggestions": {"en": site.suggestions, "zh-hans": site.suggestions_zh or site.suggestions},
        },
        "announcements": (current.of(user) if user else current.at_sign_in()).as_json(),
    }


def theme_of(profile: dict[str, Any] | None) -> str:
    """The theme the reader chose, so that the first paint has it already; empty: as the system does."""
    theme = str((profile or {}).get("preferences", {}).get("theme", ""))
    return theme if theme in THEMES else ""
