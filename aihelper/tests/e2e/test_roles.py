"""Choosing: roles in their gallery, roles of one's own, models with favourites."""

import re

import pytest

from aihelper.tests.e2e.browser import PHONE, expect
from aihelper.tests.e2e.conftest import Person, on
from aihelper.tests.e2e.upstream import Upstream

pytestmark = [pytest.mark.e2e, on("uvicorn")]


def test_a_role_of_ones_own(person: Person, upstream: Upstream) -> None:
    tab = person()
    tab.click("role-picker")
    tab.click("roles-open")
    expect(tab.get("role-card")).to_have_count(3)
    tab.click("role-new")
    tab.get("role-emoji").fill("🪶")
    tab.get("role-name").fill("Poet")
    tab.get("role-prompt").fill("Answer in verse.")
    tab.get("role-welcome").fill("What shall we sing of?")
    tab.get("role-suggestions").fill("A haiku about rain\nA sonnet about tea")
    tab.click("role-save")
    mine = tab.get("role-card").filter(has_text="Poet")
    mine.get_by_test_id("role-use").click()
    expect(tab.get("roles-dialog")).to_have_count(0)
    expect(tab.get("role-picker")).to_contain_text("Poet")
    expect(tab.page.get_by_text("What shall we sing of?")).to_be_visible()
    expect(tab.get("suggestion")).to_have_text(["A haiku about rain", "A sonnet about tea"])
    tab.ask("Begin")
    call = upstream.call()
    assert call.request["messages"][0] == {"role": "system", "content": "Answer in verse."}
    call.answer("Rain.")
    tab.expect_state("completed")

    # Found by search, changed, deleted and taken back.
    tab.user_menu("menu-roles")
    tab.get("role-search").fill("poe")
    expect(tab.get("role-card")).to_have_count(1)
    tab.click("role-edit")
    expect(tab.get("role-prompt")).to_have_value("Answer in verse.")
    tab.get("role-name").fill("Bard")
    tab.click("role-save")
    expect(tab.get("role-picker")).to_contain_text("Bard")
    tab.get("role-search").fill("bard")
    tab.click("role-delete")
    expect(tab.get("role-card")).to_have_count(0)
    tab.page.keyboard.press("Escape")
    tab.click("notice-action")
    tab.user_menu("menu-roles")
    expect(tab.get("role-card")).to_have_count(4)
    # A role for everybody begins a new chat, since this one has words in it; its instructions are nobody's to read.
    teacher = tab.page.locator('[data-test="role-card"][data-role="teacher"]')
    teacher.get_by_test_id("role-copy").click()
    expect(tab.get("role-name")).to_have_value("Teacher")
    expect(tab.get("role-prompt")).to_have_value("")
    tab.page.keyboard.press("Escape")
    tab.user_menu("menu-roles")
    teacher.get_by_test_id("role-use").click()
    expect(tab.page).to_have_url(re.compile(r"/$"))
    expect(tab.get("role-picker")).to_contain_text("Teacher")


def test_models_by_star_search_and_keyboard(person: Person) -> None:
    tab = person().ready()
    page = tab.page
    page.keyboard.press("Control+Shift+KeyM")
    names = tab.get("model-option").all_inner_texts
    expect(tab.get("model-option").nth(1)).to_be_visible()
    last = tab.get("model-option").last
    wanted = last.get_attribute("data-model") or ""
    last.hover()
    with page.expect_response(re.compile("/api/user/info")):
        tab.get("model-star").last.click()
    expect(tab.get("model-option").first).to_have_attribute("data-model", wanted)
    assert len(names()) >= 2
    page.reload()
    tab.ready()
    page.keyboard.press("Control+Shift+KeyM")
    expect(tab.get("model-option").first).to_have_attribute("data-model", wanted)
    expect(tab.get("model-star").first).to_have_attribute("aria-pressed", "true")
    tab.get("model-option").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(tab.get("model-option")).to_have_count(0)
    expect(tab.get("model-picker")).to_contain_text(wanted)


def test_on_a_phone_the_models_are_a_sheet(person: Person) -> None:
    tab = person(**PHONE)
    tab.get("model-picker").tap()
    expect(tab.get("model-option").first).to_be_in_viewport()
    expect(tab.get("model-star").first).to_be_in_viewport()
    tab.get("model-option").nth(1).tap()
    expect(tab.get("model-option")).to_have_count(0)
    expect(tab.get("suggestion").first).to_be_in_viewport()
