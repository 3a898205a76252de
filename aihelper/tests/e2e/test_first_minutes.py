"""A stranger's first minutes on a site that nobody has set up, and the administrator who sets it up."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from aihelper.tests.e2e.browser import expect
from aihelper.tests.e2e.conftest import KINDS, Person
from aihelper.tests.e2e.site import ADMIN, PASSWORD, Site
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import KEY, MODELS, Upstream

# One after another on one worker: the last one sets up what the others find empty.
pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("first minutes")]


@pytest.fixture(scope="module", params=KINDS)
def fresh_site(
    request: pytest.FixtureRequest, prepared: Path, provider: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site on which nobody has set up anything; the last test of the module does it."""
    variables = {"AIHELPER_ALLOWED_PRIVATE_HOSTS": provider.host, "AIHELPER_DEMO_TOKENS_PER_SECOND": "200"}
    site = Site(request.param, prepared, tmp_path_factory.mktemp("fresh") / "site", variables)
    site.start()
    yield site
    site.stop()


@pytest.fixture
def site(fresh_site: Site) -> Site:
    """Not the one that is shared."""
    return fresh_site


def test_a_stranger_signs_up_and_the_demo_answers(visitor: Person) -> None:
    tab = visitor().open()
    tab.click("to-register")
    tab.sign_up("stranger", PASSWORD)
    expect(tab.get("suggestion")).to_have_count(4)
    tab.get("suggestion").first.click()
    expect(tab.get("composer")).not_to_have_value("")
    question = tab.get("composer").input_value()
    tab.get("composer").press("Enter")
    tab.expect_state("completed")
    expect(tab.text).to_contain_text("This is the demo")
    expect(tab.text.locator("blockquote")).to_have_text(question)
    expect(tab.text.locator("table")).to_be_visible()
    expect(tab.get("code-block").first.locator("[class^=hljs]").first).to_be_visible()
    expect(tab.row(tab.session_id)).to_be_visible()


def test_the_demo_speaks_chinese(person: Person) -> None:
    tab = person(locale="zh-CN")
    tab.ask("你会做什么？")
    tab.expect_state("completed")
    expect(tab.text).to_contain_text("这里是演示")


def test_the_demo_can_be_stopped_and_asked_again(person: Person) -> None:
    tab = person()
    tab.click("model-picker")
    tab.page.locator('[data-model="demo-thinking"]').click()
    tab.ask("Think about it. " * 100)  # it is said again in the answer: time enough to stop it
    expect(tab.get("reasoning")).to_be_visible()
    expect(tab.text).to_be_visible()
    tab.click("stop")
    tab.expect_state("stopped")
    tab.answer.hover()
    tab.click("regenerate")
    tab.expect_state("completed")


def test_an_administrator_adds_a_provider_and_people_use_it_at_once(
    visitor: Person, person: Person, upstream: Upstream
) -> None:
    waiting = person()
    waiting.click("model-picker")
    expect(waiting.get("model-option").first).to_contain_text("Demo")

    chief = visitor().open("/login")
    chief.sign_in(ADMIN, PASSWORD)
    expect(chief.get("composer")).to_be_visible()
    chief.user_menu("admin-link")
    page = chief.page
    # The overview says what is missing, and leads there.
    page.get_by_role("link", name="Add a provider", exact=True).click()
    page.get_by_label("Name").fill("Our own")
    page.get_by_label("Base URL").fill(upstream.url)
    page.get_by_label("API key").fill(KEY)

    clicks = count_clicks(chief, waiting)
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_text(f"lists {len(MODELS)} models")).to_be_visible()
    assert KEY not in page.content()
    page.get_by_label(MODELS[2], exact=True).uncheck()
    page.get_by_role("button", name="Offer these models").click()
    expect(page.get_by_text("People can use 2 models now.")).to_be_visible()
    page.get_by_role("link", name="Open the chat").click()
    expect(chief.get("composer")).to_be_visible()

    talk(waiting, upstream)
    assert 3 <= len(clicks) <= 6, clicks


def count_clicks(*tabs: Tab) -> list[str]:
    """What people press from now on in these tabs, on whatever page they are. The list grows."""
    clicks: list[str] = []
    for tab in tabs:
        tab.page.expose_function("noteClick", lambda name: clicks.append(name))
        script = """addEventListener("click", (event) => event.isTrusted && event.detail > 0
            && noteClick(event.target.closest("a, button, label, [role]")?.textContent.trim() ?? ""), true)"""
        tab.page.add_init_script(script)
        tab.page.evaluate(script)
    return clicks


def talk(tab: Tab, upstream: Upstream) -> None:
    """A person comes back to the page and asks the new model."""
    tab.open()
    tab.click("model-picker")
    expect(tab.get("model-option")).to_have_text([re.compile(name) for name in MODELS[:2]])
    tab.page.locator(f'[data-model="{MODELS[0]}"]').click()
    tab.ask("Are you real?")
    call = upstream.call()
    assert call.model == MODELS[0]
    call.say("As real")
    tab.expect_text("As real")
    call.answer(" as it gets.")
    tab.expect_text("As real as it gets.")
    tab.expect_state("completed")
