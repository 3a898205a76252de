"""manage.py chat, manage.py recovergenerations."""

import asyncio
import io
import os
import signal
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from chat.management.commands.chat import Command
from chat.models import Generation, GenerationChunk, Message, Session
from chat.terminal import printable
from chat.tests import make
from chat.tests.upstream import Call, Upstream
from providers.models import ModelConfig


class Speech(httpx.AsyncByteStream):
    """Says some words and then, instead of an end, interrupts this process as Ctrl+C does and waits."""

    def __init__(self, words: list[str], *, interrupt: bool = False) -> None:
        self.call = Call({})
        self._interrupt = interrupt
        for word in words:
            self.call.say(word)
        if not interrupt:
            self.call.finish()
        else:
            self.call.cut()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for line in self.call:
            yield line
        if self._interrupt:
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.Event().wait()


Ask = Callable[..., str]


@pytest.fixture
def upstream(monkeypatch: pytest.MonkeyPatch) -> Upstream:
    """A provider that says two words and asks nothing back."""
    upstream = Upstream()
    monkeypatch.setattr(Command, "client_factory", staticmethod(upstream.client))
    _say(upstream, "Hello ", "there.")
    return upstream


def _say(upstream: Upstream, *words: str, interrupt: bool = False) -> None:
    def answer(request: dict[str, Any]) -> httpx.Response | None:
        if request["messages"][0]["content"].startswith("Write a title"):
            return None
        stream = Speech(list(words), interrupt=interrupt)
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=stream)

    upstream.refuse = answer


@pytest.fixture
def ask(model: ModelConfig, upstream: Upstream, alice: Any) -> Ask:
    """Run `manage.py chat --user alice ...` and return what it printed."""

    def _ask(*args: str) -> str:
        out = io.StringIO()
        call_command("chat", "--user", "alice", "--verbosity", "0", *args, stdout=out, stderr=io.StringIO())
        return out.getvalue()

    return _ask


class TestChat:
    """manage.py chat."""

    def test_it_works(self, ask: Ask, alice: Any) -> None:
        assert ask("Hi") == "Hello there.\n"
        session = Session.objects.get()
        assert (session.user, session.title) == (alice, "A Fine Title")
        messages = session.messages.order_by("seq")
        assert [(row.role, row.content, row.status) for row in messages] == [
            ("user", "Hi", "completed"),
            ("assistant", "Hello there.", "completed"),
        ]

    def test_it_goes_on_with_a_session(self, ask: Ask, upstream: Upstream) -> None:
        ask("Hi")
        ask("And then?", "--session", Session.objects.get().session_id)
        assert Message.objects.filter(session=Session.objects.get()).count() == 4

    def test_line_by_line(self, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
        lines = iter(["one", "", "two"])

        def read(prompt: str) -> str:
            try:
                return next(lines)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", read)
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        assert ask() == "Hello there.\nHello there.\n\n"
        assert Message.objects.filter(session=Session.objects.get()).count() == 4

    def test_the_question_from_standard_input(self, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("from a pipe\n"))
        ask()
        assert Message.objects.get(role="user").content == "from a pipe"

    def test_ctrl_c_stops_the_answer_and_keeps_its_text(self, ask: Ask, upstream: Upstream) -> None:
        _say(upstream, "as far as ", "here", interrupt=True)
        assert ask("Hi") == "as far as here\n"
        answer = Message.objects.get(role="assistant")
        assert (answer.content, answer.status) == ("as far as here", "stopped")

    def test_a_failure_is_told_in_a_sentence(self, ask: Ask, upstream: Upstream) -> None:
        upstream.refuse = lambda request: httpx.Response(401, json={})
        with pytest.raises(CommandError, match="key"):
            ask("Hi")
        assert Message.objects.get(role="assistant").status == "failed"

    def test_the_terminal_obeys_no_answer(self) -> None:
        assert printable("a\x1b[2Jb\x07\r\n\tc\x9b\u4f60") == "a[2Jb\n\tc\u4f60"

    @pytest.mark.parametrize(
        ("args", "sentence"),
        [
            (("--model", "unheard-of", "Hi"), "model"),
            (("--role", "unheard-of", "Hi"), "role"),
            (("--session", make.UNKNOWN_ID, "Hi"), "does not exist"),
            (("  ",), "message"),
        ],
    )
    def test_bad_input(self, ask: Ask, args: tuple[str, ...], sentence: str) -> None:
        with pytest.raises(CommandError, match=sentence):
            ask(*args)
        assert not Message.objects.exists()

    def test_somebody_elses_session_is_unknown(self, ask: Ask, bob: Any) -> None:
        with pytest.raises(CommandError) as foreign:
            ask("--session", make.session(bob).session_id, "Hi")
        with pytest.raises(CommandError) as unknown:
            ask("--session", make.UNKNOWN_ID, "Hi")
        assert str(foreign.value) == str(unknown.value)

    def test_who_asks(self, model: ModelConfig, upstream: Upstream, disabled_user: Any) -> None:
        for args in ((), ("--user", "nobody"), ("--user", disabled_user.username)):
            with pytest.raises(CommandError):
                call_command("chat", *args, "Hi")


@pytest.mark.django_db
class TestRecoverGenerations:
    """manage.py recovergenerations."""

    def _run(self, *args: str) -> str:
        out = io.StringIO()
        call_command("recovergenerations", *args, stdout=out)
        return out.getvalue()

    def test_it_works(self, alice: Any) -> None:
        dead = make.running(
            make.session(alice), ("content", "so far"), heartbeat_at=timezone.now() - timedelta(minutes=1)
        )
        alive = make.running(make.session(alice))
        printed = self._run()
        assert f"{dead.id}  interrupted" in printed
        assert alive.id not in printed
        assert printed.endswith("1 of 2 unfinished answers were ended.\n")
        dead.message.refresh_from_db()
        assert (dead.message.status, dead.message.content) == ("interrupted", "so far")
        assert not GenerationChunk.objects.filter(generation=dead).exists()

    def test_nothing_to_do(self) -> None:
        assert self._run() == "0 of 0 unfinished answers were ended.\n"

    def test_how_old_is_a_choice(self, alice: Any) -> None:
        make.running(make.session(alice), heartbeat_at=timezone.now() - timedelta(seconds=30))
        assert "0 of 1" in self._run("--older-than", "60")
        assert "1 of 1" in self._run("--older-than", "0")
        assert Generation.objects.get().state == "interrupted"

    @pytest.mark.parametrize("wrong", ["-1", "nan", "soon"])
    def test_bad_input(self, wrong: str) -> None:
        with pytest.raises(CommandError):
            self._run(f"--older-than={wrong}")
