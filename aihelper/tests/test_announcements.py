"""Announcements in the page's first answer: those of the person, those of the sign-in page, and the preview."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.announcements.models import Announcement
from accounts.models import User

pytestmark = pytest.mark.django_db
NOTHING: dict[str, Any] = {"announcements": [], "next": None}


def boot(client: Client, path: str = "/") -> Any:
    page = client.get(path).content.decode()
    if "has not been built" in page:
        pytest.skip("the page is not built")
    found = re.search(r'<script id="boot" type="application/json">(.*?)</script>', page, re.S)
    assert found is not None
    return json.loads(found[1])["announcements"]


def words(client: Client, path: str = "/") -> list[str]:
    return [row["text"]["en"] for row in boot(client, path)["announcements"]]


@pytest.fixture
def signed_in(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


def test_each_place_has_its_own(client: Client, signed_in: Client) -> None:
    Announcement.objects.create(text="above the chats")
    Announcement.objects.create(text="at the door", in_chat=False, at_sign_in=True)
    assert words(client, "/login") == ["at the door"]
    assert words(signed_in) == ["above the chats"]
    # It is kept in the browser, whoever uses it next.
    assert boot(client, "/offline") == boot(signed_in, "/offline") == NOTHING


def test_its_markup_ends_no_script(signed_in: Client) -> None:
    Announcement.objects.create(text="</script><script>alert(1)</script>")
    assert words(signed_in) == ["</script><script>alert(1)</script>"]


def test_a_draft_is_shown_to_who_may_look_at_it(signed_in: Client, alice: User) -> None:
    draft = Announcement.objects.create(text="A draft", is_active=False)
    path = f"/?announcement={draft.pk}"
    assert boot(signed_in, path) == NOTHING
    alice.is_staff = True
    alice.save()
    assert boot(signed_in, path) == NOTHING
    alice.user_permissions.add(Permission.objects.get(codename="view_announcement"))
    assert boot(signed_in, path)["preview"] is True
    assert words(signed_in, path) == ["A draft"]
    assert boot(signed_in) == NOTHING
    for wrong in ("0", "x", "９", "9" * 20, "-1"):
        assert boot(signed_in, f"/?announcement={wrong}") == NOTHING
