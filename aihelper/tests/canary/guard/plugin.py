"""The hooks: a test in which a secret gets out fails, though all that it asserts is true."""

from collections.abc import Generator
from typing import Any

import pytest

from aihelper.tests.canary.guard.guard import guard
from aihelper.tests.canary.guard.learning import learn
from aihelper.tests.canary.guard.listening import listen

MARKER = "tells(kinds, reason): this test makes secrets of these kinds appear where they must not, to show something"


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin to listen, once Django is set up."""
    config.addinivalue_line("markers", MARKER)
    learn(guard)
    listen(guard)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Each test begins with the secrets of the settings only."""
    guard.forget()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """After the last fixture: look through what was said, printed and mailed, and fail the test for what was found."""
    report: Any = yield
    if call.when == "teardown":
        # Not `caplog`: those are records before our chain has taken the secrets out.
        guard.say("captured stdout", report.capstdout)
        guard.say("captured stderr", report.capstderr)
        _mails()
        allowed = {kind for mark in item.iter_markers("tells") for kind in mark.args[0].split(", ")}
        leaks = [(kind, where) for kind, where in guard.leaks() if kind not in allowed]
        if leaks and report.passed:
            report.outcome = "failed"
            report.longrepr = "Secrets got out (aihelper/tests/canary/guard):\n" + "\n".join(
                f"  {kind}: {where}" for kind, where in leaks
            )
    return report


def _mails() -> None:
    from django.core import mail

    for message in getattr(mail, "outbox", ()):
        bodies = [message.body, *(str(each[0]) for each in getattr(message, "alternatives", ()))]
        guard.say("mail", "\n".join([message.subject, *bodies]))
