"""The page's shell: the same for every address of the front end, with what it needs to begin."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import SiteSettings, User
from chat import pages

pytestmark = pytest.mark.django_db

MANIFEST = {
    "src/main.ts": {"file": "assets/main-1.js", "css": ["assets/main-1.css"], "imports": ["_shared.js"]},
    "_shared.js": {"file": "assets/shared-1.js", "css": ["assets/shared-1.css"], "imports": ["_vue.js"]},
    "_vue.js": {"file": "assets/vue-1.js"},
    "src/late.ts": {"file": "assets/late-1.js", "src": "src/late.ts"},
    "_markdown-1.js": {"file": "assets/markdown-1.js", "name": "markdown", "imports": ["_purify.js", "_vue.js"]},
    "_purify.js": {"file": "assets/purify-1.js"},
    "src/i18n/en/core.ts": {"file": "assets/en-1.js", "src": "src/i18n/en/core.ts"},
    "src/i18n/zh-CN/core.ts": {"file": "assets/zh-1.js", "src": "src/i18n/zh-CN/core.ts"},
    "src/pages/LoginPage.vue": {"file": "assets/login-1.js", "src": "src/pages/LoginPage.vue"},
    "src/pages/RegisterPage.vue": {"file": "assets/register-1.js", "src": "src/pages/RegisterPage.vue"},
}
CHAT = "/c/3f0d6c1e-8f0b-4b57-9a4e-2f8f4a1d0c11"
ADDRESSES = ["/", "/login", "/register", CHAT]


@pytest.fixture(autouse=True)
def dist(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A built front end with little in it."""
    settings.BASE_DIR = tmp_path
    folder = tmp_path / "static" / "dist"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(MANIFEST))
    yield folder
    pages._assets.cache_clear()


def boot_of(html: str) -> dict[str, Any]:
    match = re.search(r'<script id="boot" type="application/json">(.*?)</script>', html)
    assert match
    boot: dict[str, Any] = json.loads(match[1])
    return boot


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_serves_the_shell_to_anybody(client: Client, address: str) -> None:
    response = client.get(address)
    html = response.content.decode()
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert '<script type="module" src="/static/assets/main-1.js">' in html
    assert 'href="/static/assets/shared-1.css"' in html
    assert 'rel="modulepreload" href="/static/assets/vue-1.js"' in html
    assert "late-1.js" not in html
    assert boot_of(html)["user"] is None


def test_it_sets_the_csrf_cookie_that_it_names(client: Client) -> None:
    response = client.get("/")
    assert boot_of(response.content.decode())["csrf_cookie"] in response.cookies


def test_it_has_no_inline_script(client: Client) -> None:
    html = client.get("/").content.decode()
    scripts = re.findall(r"<script([^>]*)>", html)
    assert all("src=" in attributes or "application/json" in attributes for attributes in scripts)
    assert not re.search(r"\son\w+=|style=|<style", html)


def test_it_tells_who_is_signed_in_and_paints_in_their_theme(client: Client, alice: User) -> None:
    alice.preferences = {"theme": "dark"}
    alice.locale = "zh-hans"
    alice.save()
    client.force_login(alice)
    html = client.get("/").content.decode()
    assert boot_of(html)["user"]["username"] == alice.username
    assert boot_of(html)["locale"] == "zh-hans"
    assert '<html lang="zh-CN" data-theme="dark">' in html


def test_it_does_not_let_a_name_out_of_the_json(client: Client, alice: User) -> None:
    alice.email = "</script><script>alert(1)</script>@example.org"
    alice.save()
    client.force_login(alice)
    html = client.get("/").content.decode()
    assert "<script>alert" not in html
    assert boot_of(html)["user"]["email"] == alice.email


def test_it_speaks_the_language_of_the_browser(client: Client) -> None:
    html = client.get("/", headers={"accept-language": "zh-CN,zh;q=0.9"}).content.decode()
    assert boot_of(html)["locale"] == "zh-hans"
    assert '<html lang="zh-CN">' in html


def test_it_tells_how_sign_up_works(client: Client) -> None:
    SiteSettings(registration_mode="closed").save()
    assert boot_of(client.get("/register").content.decode())["registration_mode"] == "closed"


def test_it_says_when_the_front_end_is_not_built(client: Client, dist: Path) -> None:
    (dist / "manifest.json").unlink()
    response = client.get("/")
    assert response.status_code == 503
    assert "make front" in response.content.decode()


def test_it_sees_a_new_build(client: Client, dist: Path) -> None:
    client.get("/")
    manifest = dist / "manifest.json"
    changed = manifest.stat().st_mtime_ns + 1_000_000
    manifest.write_text(json.dumps({"src/main.ts": {"file": "assets/main-2.js"}}))
    os.utime(manifest, ns=(changed, changed))
    assert "/static/assets/main-2.js" in client.get("/").content.decode()


def test_it_refuses_to_be_written_to(client: Client) -> None:
    assert client.post("/").status_code == 405


def fetched_at_once(html: str) -> set[str]:
    """The names of the files that the shell asks for, without numbers."""
    return {match[1] for match in re.finditer(r'rel="modulepreload" href="/static/assets/(\w+)-1\.js"', html)}


@pytest.mark.parametrize(
    ("address", "more"), [("/", {"login"}), (CHAT, {"login"}), ("/login", {"login"}), ("/register", {"register"})]
)
def test_it_asks_at_once_for_what_a_visitor_sees(client: Client, address: str, more: set[str]) -> None:
    html = client.get(address).content.decode()
    assert fetched_at_once(html) == {"shared", "vue", "en", *more}
    assert 'as="fetch"' not in html
    assert 'class="page' not in html


@pytest.mark.parametrize("address", ["/", CHAT])
def test_it_asks_at_once_for_what_the_first_message_needs(client: Client, alice: User, address: str) -> None:
    alice.locale = "zh-hans"
    alice.save()
    client.force_login(alice)
    html = client.get(address).content.decode()
    assert fetched_at_once(html) == {"shared", "vue", "zh", "markdown", "purify"}
    session = f'<link rel="preload" as="fetch" crossorigin="anonymous" href="/api/chat/session{CHAT[2:]}">'
    assert (session in html) is (address == CHAT)


@pytest.mark.parametrize("address", ["/c/nonsense", '/c/"><b>', "/c/..%2f..%2fapi"])
def test_it_asks_for_no_conversation_that_cannot_be(client: Client, alice: User, address: str) -> None:
    client.force_login(alice)
    response = client.get(address)
    assert 'as="fetch"' not in response.content.decode()


@pytest.mark.parametrize(("cookie", "shown"), [("collapsed", True), ("open", False), ('"><script>', False)])
def test_its_outline_has_the_sidebar_as_it_was_left(client: Client, alice: User, cookie: str, shown: bool) -> None:
    client.force_login(alice)
    client.cookies["aihelper_sidebar"] = cookie
    html = client.get("/").content.decode()
    assert ('<div class="page collapsed" aria-hidden="true">' in html) is shown
    assert ('<div class="page" aria-hidden="true">' in html) is not shown
