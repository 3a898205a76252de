"""The hostile upstream of the providers' tests, in a thread of its own, and a provider for each of its cases."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aihelper.lib.testing.patience import HANG_SECONDS
from aihelper.tests.faults.support import ServerProcess
from providers.tests.hostile.cases import CASES, KEY
from providers.tests.hostile.server import HostileServer

# Cases that only the deadline of the whole answer ends.
SHORT_TOTAL = {"slow_tokens_for_ever"}
# Short where a deadline is what the case is about; a busy machine misses short ones in all the others.
DEADLINES = ("connect_timeout", "first_token_timeout", "gap_timeout")

# Run in the server's own environment, so that the keys are sealed with its key ring.
_MAKE_PROVIDERS = """
import json, sys
from providers import keys
from providers.models import ModelConfig, Provider
for case in json.load(sys.stdin):
    key, model_id = case.pop("key"), case.pop("model_id")
    provider = Provider.objects.create(**case)
    keys.store(provider, [keys.KeyChange(secret=key)])
    ModelConfig.objects.create(provider=provider, model_id=model_id, model_name=case["name"])
"""


@contextmanager
def hostile_server() -> Iterator[HostileServer]:
    """The server with all its cases, in another thread: what it has to compute does not delay the test's own loop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="hostile")
    thread.start()
    server = HostileServer({name: case.script for name, case in CASES.items()})
    try:
        asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(HANG_SECONDS)
        yield server
        asyncio.run_coroutine_threadsafe(server.__aexit__(None), loop).result(HANG_SECONDS)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(HANG_SECONDS)
        loop.close()


def model_id(name: str) -> str:
    """The model of a case. Not its name: some cases look for words in the request."""
    return f"hostile-{list(CASES).index(name)}"


async def make_providers(process: ServerProcess, hostile: HostileServer) -> None:
    """Give the server a provider and a model for each case, with the deadlines that it needs."""
    cases = [
        {
            "name": name,
            "base_url": case.base_url(hostile),
            "key": KEY,
            "model_id": model_id(name),
            "priority": 100,
            **dict.fromkeys(DEADLINES, 1 if case.expect == "upstream_timeout" else 15),
            "total_timeout": 2 if name in SHORT_TOTAL else 20,
        }
        for name, case in CASES.items()
    ]
    await process.manage("shell", "-v0", "-c", _MAKE_PROVIDERS, given=json.dumps(cases).encode())
