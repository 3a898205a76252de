"""What makes the page installable: /sw.js, /manifest.webmanifest, /icons/ and /offline."""

import json
import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from accounts.models import User
from chat import pages
from chat.pages import worker

pytestmark = pytest.mark.django_db

MANIFEST: dict[str, Any] = {
    "src/main.ts": {"file": "assets/main-1.js", "css": ["assets/main-1.css"], "imports": ["_vue.js"]},
    "_vue.js": {"file": "assets/vue-1.js", "name": "vue"},
    "_md.js": {"file": "assets/markdown-1.js", "name": "markdown"},
    "_around.js": {"file": "assets/around-1.js", "name": "around"},
    "_texts.js": {"file": "assets/texts-1.js", "name": "texts-zh-CN"},
    "src/i18n/en/core.ts": {"file": "assets/core-1.js"},
    "src/components/base/Small.vue": {"file": "assets/small-1.js", "css": ["assets/small-1.css"]},
    "src/components/sidebar/Calendar.vue": {"file": "assets/calendar-1.js"},
    "src/share.ts": {"file": "assets/share-1.js"},
    "src/sw.ts": {"file": "sw.js"},
}


@pytest.fixture(autouse=True)
def dist(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A built front end with little in it."""
    settings.BASE_DIR = tmp_path
    folder = tmp_path / "static" / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(MANIFEST))
    for chunk in MANIFEST.values():
        for file in (chunk["file"], *chunk.get("css", [])):
            (folder / file).write_text("x" * (worker.SMALL_BYTES + 1 if "calendar" in file else 10))
    (folder / "sw.js").write_text("work();")
    yield folder
    worker._script.cache_clear()
    pages._assets.cache_clear()


def build_of(text: str) -> dict[str, Any]:
    match = re.fullmatch(r"self\.BUILD = (\{.*\});\nwork\(\);", text)
    assert match
    build: dict[str, Any] = json.loads(match[1])
    return build


def test_the_service_worker_knows_the_files_of_its_build(client: Client) -> None:
    answer = client.get("/sw.js")
    build = build_of(answer.content.decode())
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Content-Type"].startswith("text/javascript")
    assert build["shell"] == "/offline"
    names = (
        "around-1.js core-1.js main-1.css main-1.js markdown-1.js small-1.css small-1.js texts-1.js vue-1.js".split()
    )
    assert build["files"] == [f"/static/assets/{name}" for name in names]
    assert {"/static/assets/calendar-1.js", "/static/assets/share-1.js"} <= set(build["assets"])
    assert "/static/sw.js" not in build["assets"]


def test_another_build_is_another_version(client: Client, dist: Path) -> None:
    before = client.get("/sw.js").content
    assert client.get("/sw.js").content == before
    (dist / "manifest.json").write_text(json.dumps(MANIFEST) + "\n")
    os.utime(dist / "manifest.json", (1, 1))
    after = client.get("/sw.js").content
    assert build_of(before.decode())["version"] != build_of(after.decode())["version"]


def test_without_a_build_there_is_no_worker(client: Client, dist: Path) -> None:
    (dist / "manifest.json").unlink()
    assert client.get("/sw.js").status_code == 503


def test_the_offline_shell_names_nobody(alice: User) -> None:
    client = Client()
    client.force_login(alice)
    html = client.get("/offline").content.decode()
    match = re.search(r'<script id="boot" type="application/json">(.*?)</script>', html)
    assert match
    boot = json.loads(match[1])
    assert (boot["user"], boot["offline"]) == (None, True)
    assert "alice" not in html
    assert "offline" not in client.get("/").content.decode().split('id="boot"')[1].split("noscript")[0]


def test_it_can_be_installed(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    body = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (body["start_url"], body["scope"], body["display"]) == ("/", "/", "standalone")
    assert {icon["sizes"] for icon in body["icons"]} == {"any", "192x192", "512x512"}
    for icon in body["icons"]:
        if icon["type"] == "image/png":
            assert client.get(icon["src"]).status_code == 200
    assert "manifest-src 'self'" in client.get("/")["Content-Security-Policy"]
    assert "worker-src 'self'" in client.get("/")["Content-Security-Policy"]
    assert '<link rel="manifest" href="/manifest.webmanifest">' in client.get("/").content.decode()


@pytest.mark.parametrize("size", worker.ICON_SIZES)
def test_the_icon_is_our_mark(client: Client, size: int) -> None:
    answer = client.get(f"/icons/{size}.png")
    image = Image.open(BytesIO(answer.content))
    assert (answer["Content-Type"], image.format, image.size) == ("image/png", "PNG", (size, size))
    assert image.getpixel((2, 2)) == (0x2B, 0x6B, 0x5A)
    assert image.getpixel((size // 2, round(size * 13.4 / 32))) == (255, 255, 255)


@pytest.mark.parametrize("size", ["0", "1", "100000", "191"])
def test_no_other_icon_is_drawn(client: Client, size: str) -> None:
    assert client.get(f"/icons/{size}.png").status_code == 404
