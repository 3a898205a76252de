"""The administration as a house: its sidebar, its look and its content policy."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_everything_stands_in_its_room(root: Client) -> None:
    response = root.get("/admin/")
    rooms = response.context["sidebar_navigation"]
    assert [room["title"] for room in rooms if room["items"]] == [
        None, "Models", "People", "Chats", "Content", "Usage", "Settings",
    ]  # fmt: skip
    page = response.content.decode()
    assert all(f'href="{item["link"]}"' in page for room in rooms for item in room["items"])


def test_one_sees_only_what_one_may_look_at(client: Client) -> None:
    teacher = User.objects.create_user("teacher", is_staff=True)
    teacher.user_permissions.add(Permission.objects.get(codename="view_role"))
    client.force_login(teacher)
    rooms = client.get("/admin/").context["sidebar_navigation"]
    assert [item["link"] for room in rooms for item in room["items"]] == ["/admin/", "/admin/chat/role/"]


def test_the_theme_needs_no_style_or_script_in_the_page(root: Client) -> None:
    for path in ("/admin/", "/admin/accounts/user/", "/admin/providers/provider/add/", "/admin/chat/role/add/"):
        response = root.get(path)
        page = response.content.decode()
        assert "<style" not in page
        assert not re.search(r"<script(?![^>]*(src=|type=\"(application|text)/))", page)
        policy = response["Content-Security-Policy"]
        assert "script-src 'self' 'unsafe-eval';" in policy
        assert "style-src 'self';" in policy


def test_only_the_administration_may_evaluate(client: Client) -> None:
    assert "unsafe-eval" not in client.get("/login")["Content-Security-Policy"]
    assert "unsafe-eval" not in client.get("/api/docs")["Content-Security-Policy"]


def test_it_speaks_chinese(root: Client) -> None:
    page = root.get("/admin/", headers={"accept-language": "zh-CN"}).content.decode()
    for word in ("概览", "人员", "内容", "用量"):
        assert word in page


@pytest.mark.parametrize("page", ["", "x", "0", "999999"])
def test_the_search_takes_any_page(root: Client, page: str) -> None:
    assert root.get("/admin/search/", {"s": "role", "page": page}).status_code == 200
    assert b"/admin/chat/role/" in root.get("/admin/search/", {"s": "role", "page": page}).content


def test_every_list_says_what_it_is_for() -> None:
    silent = [
        model._meta.label
        for model, page in admin.site._registry.items()
        # Its list goes straight to the one row.
        if not getattr(page, "purpose", "") and model._meta.label != "accounts.SiteSettings"
    ]
    assert silent == []


def test_the_heading_is_the_way_through_the_sidebar(root: Client) -> None:
    def heading(path: str) -> list[str]:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", root.get(path).content.decode(), re.DOTALL)
        return re.sub(r"<[^>]+>", " ", found[1] if found else "").split()

    assert heading("/admin/providers/provider/status/") == ["Models", "Status"]
    assert heading("/admin/chat/role/") == ["Content", "Roles"]
    assert heading("/admin/chat/role/add/") == ["Content", "Roles"]
    assert heading("/admin/chat/session/") == ["Chats"]
    assert heading("/admin/chat/generation/") == ["Chats", "Answers"]
    assert heading("/admin/") == ["Overview"]
    assert heading("/admin/password_change/") == ["Password", "change"]


def test_an_empty_list_and_a_search_without_a_hit_say_so(root: Client) -> None:
    empty = root.get("/admin/chat/share/").content.decode()
    assert "Nothing here yet" in empty and "Rows come by themselves" in empty and "Show all" not in empty
    assert "/admin/chat/prompt/add/" in root.get("/admin/chat/prompt/").content.decode()
    missed = root.get("/admin/accounts/user/?q=nobody").content.decode()
    assert "Nothing found" in missed and "Show all" in missed and "0 rows" in missed


def test_generations_are_called_answers_everywhere(root: Client) -> None:
    page = root.get("/admin/chat/").content.decode()
    assert "Answers" in page and "Generations" not in page
    assert "Answers" in root.get("/admin/search/?s=answers").content.decode()
    # Another app has none.
    assert root.get("/admin/accounts/").status_code == 200
