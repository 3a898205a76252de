"""A recorded log for the page's tests: what a tab hears, and what the server has stored after each step.

Two models side by side, writing anew while another answer is written, reasoning, characters beyond the first plane.

static/tests/recorded.spec.ts folds it. Where the server says something else than the recording, this test fails; with
RECORD=1 it writes the recording anew.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from accounts.models import User
from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import Socket, signed_in
from chat.engine.supervisor import Supervisor
from chat.tests.conftest import until_stored
from chat.tests.upstream import Call, Upstream
from providers.models import ModelConfig

FOLDER = Path(settings.BASE_DIR, "static", "tests", "recorded")
FRAMES = ("start", "delta", "reasoning", "done")


class Recorder:
    """A tab that writes down what it does, hears and fetches."""

    def __init__(self, socket: Socket, api: APIClient, upstream: Upstream) -> None:
        self.socket, self.api, self.upstream = socket, api, upstream
        self.steps: list[dict[str, Any]] = []

    async def do(self, local: dict[str, Any], action: dict[str, Any], number: int) -> tuple[Call, int]:
        """Act, as the page does; returns the provider's call and the answer's id."""
        self.steps.append({"event": {"at": 0, "model_id": None, **local}})
        self.socket.say(action)
        start = await self.hear("start")
        return await self.upstream.call(number), start["message_id"]

    async def say(self, call: Call, text: str, kind: str = "content") -> None:
        """Let the provider say something, and hear it."""
        call.say(text, kind=kind)
        await self.hear("delta" if kind == "content" else "reasoning")

    async def end(self, call: Call) -> None:
        """Let the provider end."""
        call.finish()
        await self.hear("done")

    async def hear(self, kind: str) -> dict[str, Any]:
        """The next frame of that kind."""
        frame = await self.socket.hear(kind)
        assert frame is not None
        self.steps.append({"event": frame})
        return frame

    async def fetch(self, session_id: str) -> None:
        """What a reload shows now."""
        detail = await run_db(lambda: self.api.get(f"/api/chat/session/{session_id}").json())
        # Without the session: its title is found meanwhile.
        self.steps.append({"stored": {"messages": detail["messages"], "next": detail["next"]}})


def settled(steps: list[dict[str, Any]]) -> str:
    """As JSON, with ids and times that are the same each time."""
    text = json.dumps(steps, ensure_ascii=False)
    for pattern, name in ((r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "id-{}"), (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "")):
        found = list(dict.fromkeys(re.findall(pattern, text)))
        for number, one in enumerate(found, 1):
            text = text.replace(one, name.format(number) or "2026-11-21T10:00:00.000Z")
    numbers: dict[int, int] = {}

    def small(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: small(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [small(each, name) for each in value]
        if name in {"message_id", "user_message_id", "parent_id", "siblings", "beside"} and type(value) is int:
            return numbers.setdefault(value, len(numbers) + 1)
        return 7 if name in {"first_token_ms", "duration_ms", "reasoning_ms"} and value is not None else value

    return json.dumps(small(json.loads(text)), ensure_ascii=False, indent=1) + "\n"


@pytest.mark.asyncio
async def test_the_recording_is_what_the_server_says(
    engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User, alice_api: APIClient
) -> None:
    prices = {"input_price": 2, "output_price": 6, "currency": "EUR"}
    await run_db(lambda: model.prices.create(**prices))
    async with Socket(headers=await signed_in(alice)) as socket:
        tab = Recorder(socket, alice_api, upstream)
        sent = {"type": "sent", "client_id": "a", "message": "Hé, 你好 👋🏽?"}
        first, answer = await tab.do(sent, {"type": "send", "client_id": "a", "message": sent["message"]}, 1)
        session = tab.steps[-1]["event"]["session_id"]
        await tab.say(first, "Hm 🤔… ", "reasoning_content")
        await tab.say(first, "A 𝒈reeting", "reasoning_content")
        await tab.say(first, "Hello 🎉")
        # A second model, while the first is still writing.
        beside = {"type": "regenerate", "client_id": "b", "message_id": answer, "beside": True}
        rerun = {"type": "rerun", "client_id": "b", "message_id": answer, "keep": False, "beside": True}
        second, column = await tab.do(rerun, beside, 2)
        await tab.say(second, "Good 世")
        await tab.say(first, " and 👩‍👩‍👧 welcome")
        await tab.say(second, "界 day")
        await tab.end(second)
        await tab.end(first)
        await tab.fetch(session)
        # The second column anew, in its place.
        again = {"type": "rerun", "client_id": "c", "message_id": column, "keep": False}
        third, _column = await tab.do(again, {"type": "regenerate", "client_id": "c", "message_id": column}, 3)
        await tab.say(third, "Better 🙂")
        await tab.end(third)
        await tab.fetch(session)
        # Going on with the first; then its answer anew, while the new question is being answered.
        sent = {"type": "sent", "client_id": "d", "message": "And?"}
        action = {"type": "send", "client_id": "d", "message": "And?", "session_id": session, "parent_id": answer}
        fourth, _later = await tab.do(sent, action, 4)
        await tab.say(fourth, "So")
        # What is written is stored a moment later than it is heard.
        await until_stored(tab.steps[-1]["event"]["generation_id"], len("So"))
        await tab.fetch(session)
        anew = {"type": "rerun", "client_id": "e", "message_id": answer, "keep": False}
        fifth, newest = await tab.do(anew, {"type": "regenerate", "client_id": "e", "message_id": answer}, 5)
        await tab.say(fourth, " on")
        await tab.say(fifth, "Hi 🙋")
        await tab.end(fourth)
        await tab.end(fifth)
        await tab.fetch(session)
        # And away with it: the version before takes its place.
        tab.steps.append({"event": {"type": "removed", "message_id": newest}})
        assert (await run_db(alice_api.delete, f"/api/chat/messages/{newest}")).status_code == 200
        await tab.fetch(session)
    compare("turns.json", settled(tab.steps))


@pytest.mark.asyncio
async def test_so_is_that_of_one_message_to_two_models(
    engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User, alice_api: APIClient
) -> None:
    await run_db(lambda: ModelConfig.objects.create(provider=model.provider, model_id="other", model_name="Other"))
    models = {"model_id": model.model_id, "beside_model_id": "other"}
    async with Socket(headers=await signed_in(alice)) as socket:
        tab = Recorder(socket, alice_api, upstream)
        tab.steps.append({"event": {"type": "sent", "at": 0, "client_id": "a", "message": "Which?", **models}})
        socket.say({"type": "send", "client_id": "a", "message": "Which?", **models})
        start, _second = await tab.hear("start"), await tab.hear("start")
        # Their runs begin at the same time, in whatever order.
        calls = {call.request["model"]: call for call in [await upstream.call(number) for number in (1, 2)]}
        first, second = calls[model.model_id], calls["other"]
        await tab.say(second, "Hm… ", "reasoning_content")
        await tab.say(first, "One 🎉")
        await tab.say(second, "Two")
        await tab.end(second)
        await tab.say(first, " and a half")
        await tab.end(first)
        await tab.fetch(start["session_id"])
    compare("pair.json", settled(tab.steps))


def compare(name: str, recorded: str) -> None:
    """Hold it against the file of that name."""
    file = FOLDER / name
    if os.environ.get("RECORD"):
        file.write_text(recorded, encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8")) == json.loads(recorded)
