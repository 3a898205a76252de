"""Chats and settings: reading with a reason, legal hold, a change that is taken back."""

from aihelper.tests.e2e.administration.desk import SCENES, check, choose, press, save, told
from aihelper.tests.e2e.browser import Watch, expect
from aihelper.tests.e2e.conftest import Person
from aihelper.tests.e2e.site import PASSWORD, Site
from aihelper.tests.e2e.tab import Tab

pytestmark = SCENES


def test_who_reads_a_chat_gives_a_reason_and_its_person_sees_it(
    chief: Tab, person: Person, site: Site, watch: Watch
) -> None:
    watch.expect(r"400 .*/read/")
    tab = person()
    group = site.seed("group", "Lower school", [tab.username])
    site.seed("row", "accounts.GroupPolicy", {"group_id": group, "may_be_read": True})
    talk = site.seed("conversation", tab.username, "Homework", ["Tell me a secret", "There is none."])
    page = chief.open(f"/admin/chat/session/?q={talk}").page
    page.locator("#result_list tbody a").first.click()
    assert "Tell me a secret" not in page.content()
    press(page, "Read this chat")
    press(page, "Read this chat")
    told(page, "This field is required.")
    check(page)
    page.get_by_label("reason").fill("A parent has asked")
    press(page, "Read this chat")
    told(page, "Tell me a secret")

    tab.open().user_menu("settings")
    tab.click("settings-tab-data")
    expect(tab.get("may-be-read")).to_be_visible()
    expect(tab.get("audit-row")).to_contain_text("chief read one of your chats")
    expect(tab.get("audit-row")).to_contain_text("A parent has asked")


def test_a_legal_hold_keeps_an_account(chief: Tab, person: Person, watch: Watch) -> None:
    watch.expect(r"403 .*/api/user")
    tab = person()
    page = chief.open("/admin/accounts/hold/add/").page
    choose(page, "person", tab.username)
    page.get_by_label("reason").fill("Case 7")
    press(page, "Begin")
    told(page, "is destroyed")
    tab.user_menu("settings")
    tab.click("settings-tab-data")
    tab.click("delete-account")
    tab.get("delete-account-name").fill(tab.username)
    tab.get("delete-account-password").fill(PASSWORD)
    tab.click("delete-account-yes")
    expect(tab.get("delete-account-form").get_by_role("alert")).to_contain_text("cannot be deleted at present")
    assert tab.username


def test_a_changed_setting_is_taken_back_with_a_click(chief: Tab, visitor: Person) -> None:
    page = chief.open("/admin/accounts/sitesettings/1/change/").page
    name = page.get_by_label("Site name")
    before = name.input_value()
    name.fill("Our school")
    save(page)
    expect(visitor().open("/login").page).to_have_title("Our school")
    press(page, "History")
    expect(page.get_by_role("row").nth(1)).to_contain_text("Our school")
    page.get_by_role("row").nth(1).get_by_text("Restore", exact=True).click()
    check(page)
    press(page, "Yes, restore it")
    told(page, "The earlier state was restored.")
    chief.open("/admin/accounts/sitesettings/1/change/")
    expect(name).to_have_value(before)
