"""What makes the page installable: the service worker, the web app's manifest and its icons.

The service worker is Vite's `sw.js` with the names of the build's files before it. So its text changes with every
build, and that is how browsers learn of a new version.
"""

import hashlib
import json
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw

from accounts.models import SiteSettings
from chat import pages

FILE = "sw.js"
# Beside what the shell loads at once: the parts of the page that reading and writing without a network may touch, in
# both languages. What is large among them (a calendar, diagrams) comes with its first use.
OFFLINE = ("src/lib/offline/", "src/lib/markdown/", "src/i18n/", "src/composables/", "src/components/")
# Chunks of several sources are in the manifest by name only (GROUPS in static/vite.config.ts).
CHUNKS = (pages.MARKDOWN, "around", "code", "texts-")
SMALL_BYTES = 60_000
ICON_SIZES = (180, 192, 512)
# Drawn so many times as large and then made smaller: Pillow's lines have no soft edges.
OVERSAMPLING = 4
COLOUR, MARK = "#2b6b5a", "#ffffff"
DAY = 24 * 3600

Manifest = dict[str, dict[str, Any]]


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The service worker, for the whole site."""
    text = built()
    if text is None:
        return HttpResponse("// not built", status=503, content_type="text/javascript")
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


def built() -> str | None:
    """The service worker's text, or None when the front end has not been built."""
    path = pages.manifest_path()
    return _script(path, path.stat().st_mtime_ns) if path and path.with_name(FILE).exists() else None


@lru_cache(maxsize=2)
def _script(path: Path, _changed: int) -> str:
    source = path.with_name(FILE).read_text("utf-8")
    manifest: Manifest = json.loads(path.read_text("utf-8"))
    # The shell names its files in the order of the page; a worker of another build has another version.
    version = hashlib.sha256(path.read_bytes() + source.encode()).hexdigest()[:16]
    first, more = (
        _files(manifest, _closure(manifest, [pages.ENTRY])),
        _files(manifest, _closure(manifest, _parts(manifest))),
    )
    build = {
        "version": version,
        "shell": reverse("page-offline"),
        "files": sorted(first | {file for file in more if _is_small(path.parent, file)}),
        "assets": sorted(_files(manifest, list(manifest)) - {_address(FILE)}),
        "icon": reverse("icon", args=[192]),
    }
    return f"self.BUILD = {json.dumps(build)};\n{source}"


def _parts(manifest: Manifest) -> list[str]:
    return [
        key for key, chunk in manifest.items() if key.startswith(OFFLINE) or chunk.get("name", "").startswith(CHUNKS)
    ]


def _closure(manifest: Manifest, names: list[str]) -> list[str]:
    """These and all that they import at once."""
    waiting, seen = list(names), dict[str, None]()
    while waiting:
        if (name := waiting.pop()) not in seen:
            seen[name] = None
            waiting += manifest[name].get("imports", [])
    return list(seen)


def _files(manifest: Manifest, names: list[str]) -> set[str]:
    chunks = [manifest[name] for name in names]
    return {_address(file) for chunk in chunks for file in [chunk["file"], *chunk.get("css", [])]}


def _address(file: str) -> str:
    return f"{settings.STATIC_URL}{file}"


def _is_small(folder: Path, address: str) -> bool:
    return (folder / address.removeprefix(settings.STATIC_URL)).stat().st_size <= SMALL_BYTES


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a browser needs to install the page as an app."""
    site = SiteSettings.load()
    icons = [{"src": f"{settings.STATIC_URL}icon.svg", "sizes": "any", "type": "image/svg+xml"}]
    for size in (192, 512):
        address = reverse("icon", args=[size])
        icons += [
            {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for purpose in ("any", "maskable")
        ]
    body = {
        "id": "/",
        "name": site.site_name,
        "short_name": site.site_name,
        "description": _("Ask anything. Answers stay yours, and are never lost."),
        "lang": pages.TAGS.get(translation.get_language() or "", "en"),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#f7f6f3",
        "icons": icons,
    }
    response = JsonResponse(body, content_type="application/manifest+json")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def icon(request: HttpRequest, size: int) -> HttpResponse:
    """The icon as PNG, for systems that take no SVG."""
    if size not in ICON_SIZES:
        raise Http404
    response = HttpResponse(_png(size), content_type="image/png")
    response["Cache-Control"] = f"public, max-age={DAY}"
    return response


@lru_cache(maxsize=len(ICON_SIZES))
def _png(size: int) -> bytes:
    """static/public/icon.svg on a full square: the systems round its corners themselves."""
    side = size * OVERSAMPLING
    unit = side / 32
    image = Image.new("RGB", (side, side), COLOUR)
    draw = ImageDraw.Draw(image)
    for left, right, height in ((10.5, 21.5, 13.4), (10.5, 17.5, 18.9)):
        top, bottom = (height - 1.2) * unit, (height + 1.2) * unit
        draw.rounded_rectangle((left * unit, top, right * unit, bottom), radius=1.2 * unit, fill=MARK)
    file = BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()
