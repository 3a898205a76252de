"""People: let in, shut out, asked for a new password, brought in from a list."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload

from aihelper.tests.e2e.administration.desk import SCENES, check, press, told
from aihelper.tests.e2e.browser import Watch, expect
from aihelper.tests.e2e.conftest import Person
from aihelper.tests.e2e.site import PASSWORD, Site
from aihelper.tests.e2e.tab import Tab

pytestmark = SCENES


@pytest.fixture
def approval(site: Site) -> Iterator[None]:
    """Who registers waits for an administrator."""
    site.seed("site_settings", {"registration_mode": "approval"})
    yield
    site.seed("site_settings", {"registration_mode": "open"})


def page_of(site: Site, username: str) -> str:
    return f"/admin/accounts/user/{site.seed('found', 'accounts.User', {'username': username})[0]}/change/"


def answer(chief: Tab, asked: str) -> None:
    """Say yes to what a button asks."""
    press(chief.page, asked)
    told(chief.page, "1 user was changed.")


@pytest.mark.usefixtures("approval")
def test_somebody_who_registered_is_approved(chief: Tab, visitor: Person, site: Site, watch: Watch) -> None:
    watch.expect(r"403 .*/api/login")
    name, tab = f"newcomer-{id(chief)}", visitor().open("/register")
    tab.get("register-username").fill(name)
    tab.get("register-password").fill(PASSWORD)
    tab.click("register-submit")
    expect(tab.page.get_by_text("waits for an administrator's approval")).to_be_visible()
    page = chief.open(page_of(site, name)).page
    press(page, "Approve")
    told(page, "They can sign in from now on.")
    check(page)
    answer(chief, "Approve")
    tab.open("/login").sign_in(name, PASSWORD)
    expect(tab.get("composer")).to_be_visible()


def test_an_open_tab_ends_when_its_person_is_disabled(chief: Tab, person: Person, site: Site, watch: Watch) -> None:
    watch.expect(r"40[13] .*/api/")
    tab = person().at_rest()
    name = tab.username
    page = chief.open(page_of(site, name)).page
    press(page, "Disable")
    answer(chief, "Disable")
    expect(tab.get("login-form")).to_be_visible()
    tab.sign_in(name, PASSWORD)
    expect(tab.get("login-form").get_by_role("alert")).to_contain_text("disabled")


def test_a_new_password_is_asked_for(chief: Tab, person: Person, site: Site, watch: Watch) -> None:
    watch.expect(r"40[13] .*/api/")
    tab = person().at_rest()
    name = tab.username
    page = chief.open(page_of(site, name)).page
    press(page, "Ask for a new password")
    answer(chief, "Ask for new passwords")
    expect(tab.get("login-form")).to_be_visible()
    tab.sign_in(name, PASSWORD)
    tab.get("login-new-password").fill("another horse 2")
    tab.click("login-submit")
    expect(tab.get("composer")).to_be_visible()


def test_a_list_is_looked_at_before_it_is_imported(chief: Tab, site: Site) -> None:
    page = chief.open("/admin/accounts/user/import/").page
    lines = "username,e-mail,groups\ncarla,carla@example.org,Choir\ncarlo,not an address,Choir\n"
    file: FilePayload = {"name": "people.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label(re.compile("make groups", re.IGNORECASE)).check()
    press(page, "Look at the list")
    told(page, "1 person will be added")
    told(page, "1 line is left out")
    check(page)
    assert site.seed("found", "accounts.User", {"username": "carla"}) == []
    press(page, "Import")
    told(page, "1 person was added")
    with page.expect_download() as download:
        press(page, "Save the links as CSV")
    assert "carla" in download.value.path().read_text()
    assert site.seed("found", "accounts.User", {"username": "carla", "groups__name": "Choir"})
