"""The watch itself: a test that nothing can fail proves nothing."""

import pytest

from aihelper.tests.e2e.browser import Watch, expect
from aihelper.tests.e2e.conftest import Person, on

pytestmark = [pytest.mark.e2e, on("uvicorn")]


def test_it_sees_errors_and_calls_to_others(visitor: Person, watch: Watch) -> None:
    tab = visitor().open("/login")
    expect(tab.get("login-form")).to_be_visible()
    tab.page.evaluate("console.error('one'); setTimeout(() => { throw new Error('two') })")
    tab.page.evaluate("fetch('/no/such/address')")
    tab.until(lambda: all(part in "\n".join(watch.problems) for part in ("one", "two", "/no/such/address")))
    watch.problems.clear()


def test_the_page_may_call_nobody_else(visitor: Person, watch: Watch) -> None:
    tab = visitor().open("/login")
    expect(tab.get("login-form")).to_be_visible()
    tab.page.evaluate("fetch('http://127.0.0.1:9/').catch(() => null)")
    tab.page.evaluate(
        "new Promise(done => { const image = new Image(); image.onerror = done; image.src = 'http://127.0.0.1:9/' })"
    )
    tab.until(lambda: "\n".join(watch.problems).count("Content Security Policy") >= 2)
    watch.problems.clear()
