"""Scenes before the sign-in: signing in, up, what is refused, a new password that an administrator has asked for."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from aihelper.tests.e2e.browser import expect
from aihelper.tests.e2e.site import PASSWORD

if TYPE_CHECKING:
    from aihelper.tests.e2e.screenshots import Studio


def scenes(studio: "Studio") -> dict[str, Callable[[], None]]:
    """By their names."""
    tab, look = studio.tab, studio.look

    def sign_in() -> None:
        tab.open("/login")
        expect(tab.get("login-form")).to_be_visible()

    def wrong() -> None:
        sign_in()
        tab.sign_in("ada", "not the password")
        expect(tab.get("form-error")).to_be_visible()

    def register() -> None:
        tab.open("/register")
        tab.get("register-username").fill("ad")
        tab.get("register-password").fill("12345")
        tab.click("register-submit")
        expect(tab.get("register-password")).to_have_attribute("aria-invalid", "true")

    def new_password() -> None:
        name = f"grace-{look.language}-{look.theme}-{look.width}"
        answer = tab.page.context.request.post(
            f"{studio.site.url}/api/register", data={"username": name, "password": PASSWORD}
        )
        assert answer.ok, answer.text()
        studio.site.seed("new_password", name)
        sign_in()
        tab.sign_in(name, PASSWORD)
        expect(tab.get("login-new-password")).to_be_visible()

    return {"signin": sign_in, "signin-wrong": wrong, "register": register, "new-password": new_password}
