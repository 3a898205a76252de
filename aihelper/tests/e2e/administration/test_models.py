"""Models and providers: their order, for whom they are, what they cost, by which keys they are asked."""

from aihelper.tests.e2e.administration.desk import SCENES, choose, drag, offered, press, save, told
from aihelper.tests.e2e.browser import expect
from aihelper.tests.e2e.conftest import Person
from aihelper.tests.e2e.site import Site
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import KEY

pytestmark = SCENES


def test_a_dragged_model_stands_where_it_was_put_in_the_chat(chief: Tab, person: Person) -> None:
    tab = person()
    before = offered(tab)
    page = chief.open("/admin/providers/modelconfig/").page
    rows = page.locator("#result_list tbody")
    expect(rows).to_have_count(2)
    drag(page, rows.nth(1).get_by_text("drag_indicator"), rows.nth(0))
    press(page, "Save")
    told(page, "The order was saved.")
    assert offered(tab) == before[::-1]


def test_a_model_for_a_group_with_prices_from_days_on(chief: Tab, person: Person, site: Site) -> None:
    member, other = person(), person()
    site.seed("group", "Upper school", [member.username])
    model = site.seed("found", "providers.ModelConfig", {"model_id": "thorough"})[0]
    address = f"/admin/providers/modelconfig/{model}/change/"
    page = chief.open(address).page
    choose(page, "groups", "Upper school")
    page.get_by_role("link", name="Add another price").click()
    page.get_by_role("link", name="Add another price").press("Enter")
    expect(page.get_by_role("button", name="Remove")).to_have_count(2)
    page.get_by_role("button", name="Remove").last.press("Enter")
    expect(page.get_by_role("button", name="Remove")).to_have_count(1)
    for name, value in {"valid_from": "2030-02-01", "input_price": "1.5", "output_price": "4"}.items():
        page.locator(f"[name=prices-0-{name}]").fill(value)
    save(page)
    assert "thorough" in offered(member)
    assert "thorough" not in offered(other)

    chief.open(address)
    expect(page.locator("[name=prices-0-valid_from]")).to_have_value("2030-02-01")
    expect(page.locator("[name=prices-0-input_price]")).to_have_value("1.5")


def test_a_second_key_and_an_address_that_asks_for_the_keys(chief: Tab, site: Site) -> None:
    provider = site.seed("found", "providers.Provider", {"is_demo": False})[0]
    address = f"/admin/providers/provider/{provider}/change/"
    page = chief.open(address).page
    page.get_by_role("link", name="Add another API key").click()
    for name, value in {"label": "Second", "key": KEY, "weight": "3"}.items():
        page.locator(f"[name=keys-1-{name}]").fill(value)
    save(page)
    chief.open(address)
    expect(page.locator("[name=keys-1-label]")).to_have_value("Second")
    expect(page.locator("[name=keys-1-weight]")).to_have_value("3")
    expect(page.locator("[name=keys-1-key]")).to_have_value("")
    expect(page.get_by_text(f"ends with {KEY[-4:]}")).to_have_count(2)

    stored = page.get_by_label("Base URL").input_value()
    page.get_by_label("Base URL").fill("https://api.example.com/v1")
    press(page, "Save")
    expect(page.locator("td.errors.field-key")).to_have_count(2)
    assert KEY not in page.content()
    chief.open(address)
    expect(page.get_by_label("Base URL")).to_have_value(stored)
