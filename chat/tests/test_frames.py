"""The documents of the sandboxed frames: what they may load, who may frame them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from chat import pages

KINDS = ("diagram", "picture")


@pytest.fixture(autouse=True)
def dist(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A built front end with nothing but the frames."""
    settings.BASE_DIR = tmp_path
    folder = tmp_path / "static" / "dist"
    folder.mkdir(parents=True)
    files = {f"src/frames/{kind}.ts": {"file": f"assets/{kind}-1.js", "imports": ["_parent.js"]} for kind in KINDS}
    (folder / "manifest.json").write_text(json.dumps({**files, "_parent.js": {"file": "assets/parent-1.js"}}))
    yield folder
    pages._assets.cache_clear()


def policy_of(client: Client, kind: str) -> dict[str, str]:
    text = client.get(f"/frame/{kind}", headers={"host": "localhost:8000"})["Content-Security-Policy"]
    return dict(part.partition(" ")[::2] for part in text.split("; "))


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_document_with_one_script(client: Client, kind: str) -> None:
    response = client.get(f"/frame/{kind}")
    html = response.content.decode()
    assert response.status_code == 200
    assert html.count("<script") == 1
    assert f'<script type="module" crossorigin="anonymous" src="/static/assets/{kind}-1.js">' in html
    assert 'href="/static/assets/parent-1.js"' in html
    assert "boot" not in html and "sessionid" not in response.cookies


@pytest.mark.parametrize("kind", KINDS)
def test_it_has_no_origin_and_only_our_page_frames_it(client: Client, kind: str) -> None:
    policy = policy_of(client, kind)
    assert policy["sandbox"] == "allow-scripts"
    assert policy["frame-ancestors"] == "'self'"
    assert client.get(f"/frame/{kind}")["X-Frame-Options"] == "SAMEORIGIN"


def test_a_diagram_loads_our_scripts_and_nothing_else(client: Client) -> None:
    policy = policy_of(client, "diagram")
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "http://localhost:8000/static/"
    assert set(policy) == {
        "default-src", "script-src", "style-src", "base-uri", "form-action", "frame-ancestors", "sandbox"
    }  # fmt: skip


def test_a_picture_loads_pictures_besides(client: Client) -> None:
    policy = policy_of(client, "picture")
    assert policy["img-src"] == "https: http:"
    assert "connect-src" not in policy and policy["default-src"] == "'none'"


@pytest.mark.django_db
def test_other_kinds_are_not_there(client: Client) -> None:
    assert client.get("/frame/other").status_code == 404


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/frame/diagram").status_code == 405


def test_without_a_build_it_says_so(client: Client, dist: Path) -> None:
    (dist / "manifest.json").unlink()
    assert client.get("/frame/diagram").status_code == 503


@pytest.mark.django_db
def test_the_page_may_frame_only_ourselves(client: Client) -> None:
    assert "frame-src 'self'" in client.get("/health")["Content-Security-Policy"]
