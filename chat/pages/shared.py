"""The page behind a shared link: an entry of its own, with what the link shows in it.

It asks for nothing but its files, so that a visitor who is not signed in loads little and sends nothing.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import throttling
from accounts.models import SiteSettings, User
from aihelper.lib.errors import AppError, NotSignedIn, TooManyRequests
from chat import pages, presenters, selectors
from chat.models import Share
from chat.models.share import ShareAudience
from chat.services import shares

ENTRY = "src/share.ts"
DESCRIPTION_CHARS = 160


@require_safe
def page(request: HttpRequest, token: str) -> HttpResponse:
    """What the link shows; a way to sign in where that helps; else one page for all that is not there."""
    assets = pages.built_assets(ENTRY)
    if assets is None:
        return HttpResponse(_("The page has not been built yet: run “make front”."), status=503)
    reader = request.user if isinstance(request.user, User) else None
    try:
        throttling.count_reading(request, reader)
        share = selectors.readable_share(reader, token)
    except NotSignedIn:
        return _private(redirect(f"/login?next=/s/{token}"))
    except AppError as error:
        return _failed(request, assets, error)
    if request.method == "GET":
        shares.count_view(share, reader)
    # Sets the cookie that "Continue in my account" must answer for.
    get_token(request)
    boot = pages.boot_data(reader)
    context = _common(assets, boot["locale"]) | {
        "boot": boot,
        "theme": pages.theme_of(boot["user"]),
        "shared": presenters.shared_chat(share, reader) | {"token": share.token},
        "card": _card(request, share) if share.audience == ShareAudience.PUBLIC else None,
        "noscript": _("AI Helper needs JavaScript."),
    }
    return _private(render(request, "chat/share.html", context))


def _failed(request: HttpRequest, assets: pages.Assets, error: AppError) -> HttpResponse:
    site_name = SiteSettings.load().site_name
    gone = error.status != TooManyRequests.status
    context = _common(assets, str(getattr(request, "LANGUAGE_CODE", ""))) | {
        "title": _("This link does not work") if gone else _("Too many requests"),
        "sentence": _("It was taken back, or it was never there. Ask whoever gave it to you for a new one.")
        if gone
        else str(error.detail),
        "home": _("To %(site)s") % {"site": site_name},
        "site_name": site_name,
    }
    response = _private(render(request, "chat/share_gone.html", context, status=error.status))
    if "retry_after" in error.extra:
        response["Retry-After"] = str(error.extra["retry_after"])
    return response


def _common(assets: pages.Assets, locale: str) -> dict[str, Any]:
    return {"assets": assets, "icon": f"{settings.STATIC_URL}icon.svg", "lang": pages.TAGS.get(locale, "en")}


def _card(request: HttpRequest, share: Share) -> dict[str, str]:
    """What a messenger shows of a public link: its title and how it begins."""
    first = next((item["content"] for item in share.snapshot["messages"]), "")
    text = " ".join(strip_tags(first).split())
    return {
        "title": share.title or _("A shared chat"),
        "description": Truncator(text).chars(DESCRIPTION_CHARS),
        "url": request.build_absolute_uri(f"/s/{share.token}"),
    }


def _private(response: HttpResponse) -> HttpResponse:
    """Nobody keeps it, lists it, or learns the link from a Referer."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
