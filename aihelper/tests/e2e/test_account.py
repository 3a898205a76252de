"""Coming, going, and everything about oneself."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload

from aihelper.tests.e2e.browser import Watch, expect
from aihelper.tests.e2e.conftest import Person, on
from aihelper.tests.e2e.site import PASSWORD
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import Upstream

# A page whose socket was closed asks whether it is still signed in; the answer is no.
SIGNED_OUT = r"401 .*/api/user/info"
pytestmark = [pytest.mark.e2e, on("uvicorn")]


def brightness(tab: Tab) -> float:
    """Of the background, from 0 to 255."""
    colour = tab.page.evaluate("getComputedStyle(document.body).backgroundColor")
    red, green, blue = map(float, re.findall(r"[\d.]+", colour)[:3])
    return (red + green + blue) / 3


def upload(content: bytes) -> FilePayload:
    """A file that calls itself a PNG."""
    return {"name": "me.png", "mimeType": "image/png", "buffer": content}


def picture() -> bytes:
    """A small PNG."""
    file = BytesIO()
    Image.new("RGB", (300, 200), "#3a7bd5").save(file, "PNG")
    return file.getvalue()


def test_sign_up_sign_out_and_in_again(visitor: Person, upstream: Upstream) -> None:
    tab = visitor().open()
    expect(tab.page).to_have_url(re.compile(r"/login$"))
    tab.click("to-register")
    name = f"ada-{id(tab)}"
    tab.sign_up(name, PASSWORD)
    expect(tab.get("user-menu")).to_contain_text(name)
    tab.ask("Hello?")
    upstream.call().answer("Hello.")
    tab.expect_state("completed")
    session = tab.session_id
    tab.user_menu("sign-out")
    expect(tab.get("login-form")).to_be_visible()
    tab.open(f"/c/{session}")
    tab.sign_in(name, PASSWORD)
    expect(tab.get("message-user")).to_have_text("Hello?")
    assert tab.session_id == session


def test_a_wrong_password_and_a_taken_name_are_said_in_a_sentence(visitor: Person, watch: Watch) -> None:
    watch.expect(r"401 .*/api/login|400 .*/api/register|409 .*/api/register")
    name = f"bob-{id(watch)}"
    visitor().open("/register").sign_up(name, PASSWORD)
    tab = visitor().open("/login")
    tab.sign_in(name, "not the password")
    expect(tab.get("form-error")).not_to_be_empty()
    expect(tab.get("login-username")).to_have_value(name)
    tab.open("/register")
    tab.get("register-username").fill(name.upper())
    tab.get("register-password").fill(PASSWORD)
    tab.click("register-submit")
    expect(tab.get("register-form").locator("[aria-invalid=true], [data-test=form-error]").first).to_be_visible()
    tab.get("register-username").fill(f"{name}-2")
    tab.get("register-password").fill("12345")
    tab.click("register-submit")
    expect(tab.get("register-password")).to_have_attribute("aria-invalid", "true")


def test_signing_out_in_one_tab_ends_the_other(person: Person, watch: Watch) -> None:
    watch.expect(SIGNED_OUT)
    first = person()
    second = first.another()
    expect(second.get("composer")).to_be_visible()
    first.user_menu("sign-out")
    expect(first.get("login-form")).to_be_visible()
    expect(second.get("login-form")).to_be_visible()


def test_the_avatar_is_changed_and_removed(person: Person, watch: Watch) -> None:
    watch.expect(r"400 .*/api/user/avatar|415 .*/api/user/avatar")
    tab = person()
    tab.user_menu("settings")
    # A file that is no picture is refused in a sentence.
    tab.get("avatar-input").set_input_files(upload(b"not a picture at all"))
    expect(tab.get("settings-dialog").get_by_role("alert")).not_to_be_empty()
    expect(tab.get("avatar").locator("img")).to_have_count(0)
    tab.get("avatar-input").set_input_files(upload(picture()))
    shown = tab.get("avatar").locator("img")
    expect(shown).to_have_attribute("src", re.compile(r"^/media/avatars/[0-9a-f-]+\.webp$"))
    assert shown.evaluate("image => image.decode().then(() => [image.naturalWidth, image.naturalHeight])") == [256, 256]
    tab.click("dialog-close")
    expect(tab.get("user-menu").locator("img")).to_be_visible()
    tab.page.reload()
    expect(tab.get("user-menu").locator("img")).to_be_visible()
    tab.user_menu("settings")
    tab.click("avatar-remove")
    expect(tab.get("avatar").locator("img")).to_have_count(0)


def test_the_system_is_followed_without_a_choice(person: Person) -> None:
    tab = person(color_scheme="dark")
    assert brightness(tab) < 80
    # The calendar's style sheet comes late, and from others: it leaves the theme alone.
    tab.click("filter-open")
    tab.get("filter-from").locator("input").click()
    expect(tab.get("filter-from").locator(".el-date-table")).to_be_visible()
    assert brightness(tab) < 80


def test_dark_mode_stays_and_shows_from_the_first_paint(person: Person) -> None:
    tab = person(color_scheme="light")
    assert brightness(tab) > 200
    root = tab.page.locator("html")
    tab.user_menu("theme-toggle")
    expect(root).to_have_attribute("data-theme", "light")
    with tab.page.expect_response(lambda response: '"dark"' in (response.request.post_data or "")):
        tab.user_menu("theme-toggle")
    expect(root).to_have_attribute("data-theme", "dark")
    tab.until(lambda: brightness(tab) < 80)
    tab.page.reload(wait_until="commit")
    expect(root).to_have_attribute("data-theme", "dark")
    expect(tab.get("composer")).to_be_visible()
    assert brightness(tab) < 80


def test_the_language_is_switched_and_stays(person: Person) -> None:
    tab = person()
    expect(tab.get("new-chat")).to_have_text("New chat")
    tab.user_menu("locale-toggle")
    expect(tab.page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(tab.get("new-chat")).to_have_text("新对话")
    # What the server says in words is in the new language as well.
    expect(tab.get("suggestion").first).to_have_text(re.compile(r"[\u4e00-\u9fff]"))
    tab.page.reload()
    expect(tab.get("new-chat")).to_have_text("新对话")


def test_a_chinese_browser_gets_a_chinese_page(visitor: Person, watch: Watch) -> None:
    watch.expect(r"400 .*/api/register")
    tab = visitor(locale="zh-CN").open("/register")
    tab.get("register-username").fill("林")
    tab.get("register-password").fill("12345")
    tab.click("register-submit")
    expect(tab.get("register-password")).to_have_attribute("aria-invalid", "true")
    assert re.search(r"[A-Za-z]{4,}", tab.get("register-form").inner_text()) is None
    tab.open("/login")
    expect(tab.get("login-submit")).to_have_text("登录")
    tab.page.locator('[data-locale="en"]').click()
    expect(tab.get("login-submit")).to_have_text("Sign in")


def test_the_password_is_changed_and_other_devices_are_signed_out(
    visitor: Person, person: Person, watch: Watch
) -> None:
    watch.expect(SIGNED_OUT)
    desk = person()
    other = visitor(storage_state=desk.page.context.storage_state()).open()
    expect(other.get("composer")).to_be_visible()
    desk.user_menu("settings")
    desk.click("settings-tab-password")
    desk.get("password-current").fill(PASSWORD)
    desk.get("password-new").fill("correct horse 2")
    desk.click("password-save")
    expect(desk.get("settings-panel").get_by_role("status")).not_to_be_empty()
    expect(other.get("login-form")).to_be_visible()
    desk.page.reload()
    expect(desk.get("composer")).to_be_visible()
