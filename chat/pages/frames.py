"""The documents of the page's sandboxed frames: one draws diagrams, one shows a picture from elsewhere.

A frame has no origin (`sandbox` without `allow-same-origin`), so it reads nothing of the page, of its cookies or of
the API, whatever a diagram makes the drawing library do. And it reaches nothing: the policy here lets a diagram load
our own scripts only, and a picture's frame pictures besides. See docs/decisions/sandboxed-frames.md.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chat import pages

# What each may load beside our scripts.
KINDS = {"diagram": (), "picture": ("img-src https: http:",)}


@require_safe
def frame(request: HttpRequest, kind: str) -> HttpResponse:
    """The document of a kind of frame, for anybody: there is nothing in it but a script. Raises Http404."""
    if kind not in KINDS:
        raise Http404
    assets = pages.built_assets(f"src/frames/{kind}.ts")
    if assets is None:
        return HttpResponse(_("The page has not been built yet: run “make front”."), status=503)
    response = render(request, "chat/frame.html", {"assets": assets})
    response["Content-Security-Policy"] = _policy(request, kind)
    # Only our own page may frame it; every other answer of ours forbids that altogether.
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Referrer-Policy"] = "no-referrer"
    # It names the files of one build.
    response["Cache-Control"] = "no-cache"
    return response


def _policy(request: HttpRequest, kind: str) -> str:
    # By its address: what has no origin has no 'self' in every browser.
    ours = request.build_absolute_uri(settings.STATIC_URL)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {ours}",
            # Mermaid writes a <style> into each diagram.
            f"style-src {ours} 'unsafe-inline'",
            *KINDS[kind],
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
            "sandbox allow-scripts",
        )
    )
