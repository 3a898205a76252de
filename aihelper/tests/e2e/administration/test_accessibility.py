"""axe finds nothing on the kinds of pages that the administration has, in both themes. Scenes look at further ones."""

from aihelper.tests.e2e.administration.desk import SCENES, check, press, told
from aihelper.tests.e2e.browser import PHONE, expect
from aihelper.tests.e2e.conftest import Person
from aihelper.tests.e2e.site import Site
from aihelper.tests.e2e.tab import Tab

pytestmark = SCENES
PAGES = (
    "/admin/providers/provider/new/",
    "/admin/providers/provider/status/",
    "/admin/providers/modelconfig/",
    "/admin/chat/session/retention/",
    "/admin/accounts/user/import/",
    "/admin/chat/blockedword/import/",
    "/admin/accounts/auditentry/",
    "/admin/chat/usagerecord/",
)


def some_rows(site: Site) -> dict[str, int]:
    """A group and a provider, and something in the lists."""
    site.seed("used", 2, 1, 0)
    site.seed("blocked_word", "grumpfish", "block")
    provider = site.seed("found", "providers.Provider", {"is_demo": False})[0]
    return {"provider": provider, "group": site.seed("group", "Axe", ["chief"])}


def test_pages_at_a_desk(chief: Tab, site: Site) -> None:
    rows = some_rows(site)
    for path in (
        *PAGES,
        f"/admin/providers/provider/{rows['provider']}/change/",
        f"/admin/auth/group/{rows['group']}/change/",
        f"/admin/auth/group/{rows['group']}/delete/",
    ):
        check(chief.open(path).page)


def test_a_list_with_its_filters_or_ticked_rows_and_a_form_with_errors(chief: Tab, site: Site) -> None:
    page = chief.open("/admin/accounts/user/").page
    # By the keyboard: the theme has no button there.
    page.get_by_role("button", name="Filters").press("Enter")
    expect(page.locator("#changelist-filter")).to_be_visible()
    check(page)
    some_rows(site)
    chief.open("/admin/auth/group/")
    page.locator("#result_list tbody input.action-select").first.check()
    expect(page.locator("#changelist-actions")).to_be_visible()
    check(page)
    chief.open("/admin/accounts/budget/add/")
    press(page, "Save")
    told(page, "Please correct the errors below.")
    check(page)


def test_pages_on_a_phone(visitor: Person, badge: object, site: Site) -> None:
    rows = some_rows(site)
    tab = visitor(**PHONE, storage_state=badge, reduced_motion="reduce")
    for path in (
        "/admin/",
        "/admin/providers/provider/status/",
        "/admin/chat/blockedword/",
        f"/admin/providers/provider/{rows['provider']}/change/",
    ):
        check(tab.open(path).page)
    page = tab.page
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Users")).to_be_visible()
    page.get_by_role("button", name="chief").press("Enter")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    check(page)
