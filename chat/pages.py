"""The page: one shell for every address of the front end, with what the front end needs to begin.

The built files are named in Vite's manifest, which is read again only when it has changed: the copy beside
the collected files, which are those that the server has, or in development the one of the last build.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import AccountSettings, User
from accounts.profile import describe

ENTRY = "src/main.ts"
THEMES = {"light", "dark"}
# Our language codes are Django's; the page speaks in those of browsers.
TAGS = {"zh-hans": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True)
class Assets:
    """Addresses of the built files that the first paint needs."""

    script: str
    styles: tuple[str, ...]
    preloads: tuple[str, ...]


@require_safe
def shell(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Serve the page to anybody; what it may show, it asks of the API."""
    assets = built_assets()
    if assets is None:
        return HttpResponse(_("The page has not been built yet: run “make front”."), status=503)
    # Sets the cookie that every POST of the page must answer for.
    get_token(request)
    boot = _boot(request.user if isinstance(request.user, User) else None)
    context = {
        "assets": assets,
        "boot": boot,
        "icon": f"{settings.STATIC_URL}icon.svg",
        "lang": TAGS.get(boot["locale"], "en"),
        "theme": _theme(boot["user"]),
        "noscript": _("AI Helper needs JavaScript."),
    }
    response = render(request, "chat/index.html", context)
    # It names its reader, and the files of one build: always asked for anew.
    response["Cache-Control"] = "no-store"
    return response


def built_assets() -> Assets | None:
    """The entry point's files, or None when the front end has not been built."""
    collected, built = Path(settings.STATIC_ROOT), Path(settings.BASE_DIR) / "static" / "dist"
    for folder in (built,) if settings.DEBUG else (collected, built):
        path = folder / "manifest.json"
        if path.exists():
            return _assets(path, path.stat().st_mtime_ns)
    return None


@lru_cache(maxsize=2)
def _assets(path: Path, _changed: int) -> Assets:
    manifest: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    chunks = _imported(manifest, ENTRY)
    styles = [style for name in chunks for style in manifest[name].get("css", [])]
    return Assets(
        script=_address(manifest[ENTRY]["file"]),
        styles=tuple(_address(style) for style in dict.fromkeys(styles)),
        preloads=tuple(_address(manifest[name]["file"]) for name in chunks if name != ENTRY),
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


def _address(file: str) -> str:
    return f"{settings.STATIC_URL}{file}"


def _boot(user: User | None) -> dict[str, Any]:
    """What the front end reads before it asks for anything (static/src/boot.ts)."""
    profile = describe(user) if user else None
    return {
        "user": profile,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "locale": (user.locale if user else "") or translation.get_language(),
        "locale_cookie": settings.LANGUAGE_COOKIE_NAME,
        "registration_mode": AccountSettings.load().registration_mode,
        "max_message_chars": settings.MAX_MESSAGE_CHARS,
    }


def _theme(profile: dict[str, Any] | None) -> str:
    """The theme the reader chose, so that the first paint has it already; empty: as the system does."""
    theme = str((profile or {}).get("preferences", {}).get("theme", ""))
    return theme if theme in THEMES else ""
