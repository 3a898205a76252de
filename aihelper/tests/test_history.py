"""The history of what administrators change, and the way back."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts.models import SettingChange, SiteSettings, User
from chat.models import BlockedWord, Prompt, Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]

PROMPT = {"command": "marks", "title": "Marks", "text": "Give marks.", "is_active": "on"}
SITE = {"site_name": "School", "registration_mode": "closed", "sharing": "members"}


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root", password="correct horse battery"))
    return client


@pytest.fixture
def prompt(office: Client) -> Prompt:
    office.post("/admin/chat/prompt/add/", PROMPT)
    return Prompt.objects.get()


def _path(row: Any) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/"


def _last() -> SettingChange:
    return SettingChange.objects.latest("pk")


def test_it_works(office: Client, prompt: Prompt) -> None:
    group = Group.objects.create(name="teachers")
    office.post(_path(prompt) + "change/", PROMPT | {"text": "Give fair marks.", "groups": [group.pk]})
    change = _last()
    assert (change.action, change.actor_name, change.model) == ("changed", "root", "chat.prompt")
    assert change.old is not None and change.new is not None
    assert (change.old["text"], change.new["text"]) == ("Give marks.", "Give fair marks.")
    assert (change.old["groups"], change.new["groups"]) == ([], [group.pk])
    page = office.get(_path(prompt) + "history/").content.decode()
    assert "Give fair marks." in page and "Give marks." in page and "root" in page
    office.post(_path(prompt) + "history/", {"change": change.pk})
    prompt.refresh_from_db()
    assert (prompt.text, list(prompt.groups.all()), prompt.is_active) == ("Give marks.", [], True)
    assert _last().action == "restored"


def test_what_changes_nothing_is_not_kept(office: Client, prompt: Prompt) -> None:
    office.post(_path(prompt) + "change/", PROMPT)
    assert [change.action for change in SettingChange.objects.all()] == ["added"]


def test_the_list_counts_too(office: Client) -> None:
    word = BlockedWord.objects.create(word="rude")
    office.post(
        "/admin/chat/blockedword/",
        {
            "form-TOTAL_FORMS": 1,
            "form-INITIAL_FORMS": 1,
            "form-0-id": word.pk,
            "form-0-action": "mask",
            "_save": "Save",
        },
    )
    change = _last()
    assert change.old is not None and change.new is not None
    assert (change.old["action"], change.new["action"]) == ("block", "mask")


def test_what_was_deleted_comes_back(office: Client, prompt: Prompt) -> None:
    path = _path(prompt)
    office.post(path + "delete/", {"post": "yes"})
    assert not Prompt.objects.exists()
    assert office.get(path + "history/").status_code == 200
    office.post(path + "history/", {"change": _last().pk})
    assert Prompt.objects.get().text == "Give marks."


def test_the_settings_of_the_site_go_back_to_their_defaults(office: Client) -> None:
    path = "/admin/accounts/sitesettings/1/"
    office.post(path + "change/", SITE | {"suggestions": "One?\nTwo?"})
    office.post(path + "history/", {"change": _last().pk})
    stored = SiteSettings.load()
    assert (stored.site_name, stored.sharing, stored.suggestions) == ("AI Helper", "public", [])


def test_what_the_form_refuses_is_not_restored(office: Client, prompt: Prompt) -> None:
    office.post(_path(prompt) + "change/", PROMPT | {"text": "Other."})
    change = _last()
    SettingChange.objects.filter(pk=change.pk).update(old={"command": "no spaces", "title": "", "text": "x"})
    answer = office.post(_path(prompt) + "history/", {"change": change.pk}, follow=True)
    assert "This cannot be restored" in answer.content.decode()
    prompt.refresh_from_db()
    assert prompt.text == "Other."


@pytest.mark.parametrize("change", ["", "0", "999999", "x", "1" * 40])
def test_a_change_that_is_not_there(office: Client, prompt: Prompt, change: str) -> None:
    assert office.post(_path(prompt) + "history/", {"change": change}).status_code == 404


def test_a_change_of_another_row(office: Client, prompt: Prompt) -> None:
    word = BlockedWord.objects.create(word="rude")
    office.post(_path(word) + "change/", {"word": "rude", "action": "warn", "is_active": "on"})
    assert office.post(_path(prompt) + "history/", {"change": _last().pk}).status_code == 404


def test_who_may_only_look_may_not_restore(office: Client, prompt: Prompt) -> None:
    office.post(_path(prompt) + "change/", PROMPT | {"text": "Other."})
    staff = User.objects.create_user("staff", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_prompt"))
    client = Client()
    client.force_login(staff)
    page = client.get(_path(prompt) + "history/")
    assert page.status_code == 200 and "Restore what was before" not in page.content.decode()
    assert client.post(_path(prompt) + "history/", {"change": _last().pk}).status_code == 403
    assert Client().post(_path(prompt) + "history/", {"change": _last().pk}).status_code == 302
    prompt.refresh_from_db()
    assert prompt.text == "Other."


def test_the_words_of_peoples_own_roles_are_not_kept(office: Client) -> None:
    owner = User.objects.create_user("owner")
    role = Role.objects.create(slug="own", name="My own", system_prompt="A secret.", owner=owner)
    office.post(_path(role) + "change/", {})
    change = _last()
    assert (change.old, change.new) == ({"is_active": True}, {"is_active": False})
    assert change.object_name == "own"
