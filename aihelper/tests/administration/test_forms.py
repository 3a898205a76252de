"""What every form of the administration, its history and its question before a deletion have in common."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.audit.models import AuditEntry
from accounts.budgets.models import Budget
from accounts.groups.models import GroupPolicy
from chat.models import Prompt
from providers.models import Provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(admin: Any, client: Client) -> Client:
    """Django admin, signed in as a superuser."""
    client.force_login(admin)
    return client


def seen(client: Client, address: str, language: str = "en") -> str:
    """The page, in this language."""
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_page_that_adds_says_so_and_shows_no_dates(office: Client) -> None:
    page = seen(office, reverse("admin:chat_prompt_add"))
    assert '<h2 class="admin-title">Add prompt</h2>' in page
    assert "Created" not in page
    stored = Prompt.objects.create(command="letter", title="A letter", text="Dear ...")
    page = seen(office, reverse("admin:chat_prompt_change", args=[stored.pk]))
    assert "admin-title" not in page
    assert "Created" in page


def test_our_chinese_comes_before_djangos(office: Client) -> None:
    assert '<h2 class="admin-title">添加用户组</h2>' in seen(office, reverse("admin:auth_group_add"), "zh-hans")


def test_a_group_can_be_given_its_policy_where_it_is_added(office: Client) -> None:
    data = {
        "name": "Class 9A", "policy-TOTAL_FORMS": "1", "policy-INITIAL_FORMS": "0", "policy-0-retention_days": "30",
    }  # fmt: skip
    answer = office.post(reverse("admin:auth_group_add"), data)
    assert answer.status_code == 302
    assert GroupPolicy.objects.get(group__name="Class 9A").retention_days == 30


def test_a_deletion_names_what_goes_along(office: Client) -> None:
    budget = Budget.objects.create(name="Day", limit=5)
    page = seen(office, reverse("admin:accounts_budget_delete", args=[budget.pk]))
    assert "Delete “Day”?" in page
    assert "Nothing else goes with it." in page
    answer = office.post(reverse("admin:accounts_budget_delete", args=[budget.pk]), {"post": "yes"})
    assert answer.status_code == 302
    assert not Budget.objects.exists()
    provider = Provider.objects.create(name="Mine", base_url="https://models.example.com/v1")
    provider.models.create(model_id="one")
    page = seen(office, reverse("admin:providers_provider_delete", args=[provider.pk]))
    assert "<dt>Models</dt><dd>1</dd>" in page


def test_the_history_of_a_person_is_in_words_of_the_readers_language(office: Client, alice: Any) -> None:
    data = {"action": "disable_users", "_selected_action": [alice.pk], "confirmed": "yes"}
    office.post(reverse("admin:accounts_user_changelist"), data)
    history = reverse("admin:accounts_user_history", args=[alice.pk])
    assert "<td>Disabled.</td>" in seen(office, history)
    assert "<td>已停用。</td>" in seen(office, history, "zh-hans")


def test_what_only_the_program_writes_leads_to_no_history(office: Client, alice: Any) -> None:
    entry = AuditEntry.objects.create(what="invited", person_name="alice")
    page = seen(office, reverse("admin:accounts_auditentry_change", args=[entry.pk]))
    assert reverse("admin:accounts_auditentry_history", args=[entry.pk]) not in page


def test_the_page_of_a_new_password_names_whose_it_is_to_browsers(office: Client, alice: Any) -> None:
    for address in (reverse("admin:auth_user_password_change", args=[alice.pk]), reverse("admin:password_change")):
        assert 'autocomplete="username" hidden' in seen(office, address)


def test_a_person_without_a_password_can_be_added(office: Client) -> None:
    data = {"username": "zoe", "usable_password": "false", "password1": "", "password2": ""}
    assert office.post(reverse("admin:accounts_user_add"), data).status_code == 302
    page = seen(office, reverse("admin:accounts_user_changelist") + "?q=zoe")
    assert "zoe" in page


def test_no_parameters_are_an_empty_field(office: Client) -> None:
    for name in ("admin:chat_role_add", "admin:providers_modelconfig_add"):
        page = seen(office, reverse(name))
        field = page.partition('name="parameters"')[2].partition("</textarea>")[0]
        assert field.rpartition(">")[2].strip() == ""


def test_a_page_is_not_called_twice(office: Client) -> None:
    page = seen(office, reverse("admin:accounts_user_import")).partition("</head>")[2]
    assert page.count("Import people") == 1
    status = seen(office, reverse("admin:providers_provider_status"))
    assert "admin-title" not in status
