"""Fixtures of the faults: an upstream that is paced, and servers that end with their test."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from aihelper.tests.alone import made_once, shared, turn
from aihelper.tests.faults.support import SEED, ServerProcess, prepare
from aihelper.tests.faults.upstream import PacingUpstream

Launch = Callable[..., ServerProcess]


@pytest.fixture(autouse=True)
def _turn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests that are marked `alone` have the machine to themselves."""
    with turn(shared(tmp_path_factory), alone=request.node.get_closest_marker("alone") is not None):
        yield


@pytest_asyncio.fixture
async def upstream() -> AsyncIterator[PacingUpstream]:
    """The provider of all servers of a test."""
    async with PacingUpstream() as upstream:
        yield upstream


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory after the first start: migrated, with static files. Each test begins with a copy."""
    return made_once(shared(tmp_path_factory), "prepared", prepare)


@pytest.fixture
def launch(tmp_path: Path, prepared: Path, upstream: PacingUpstream) -> Iterator[Launch]:
    """Makes servers, all on one data directory; nothing runs until `start`."""
    print(f"FAULT_SEED={SEED}")
    shutil.copytree(prepared, tmp_path, ignore=shutil.ignore_patterns("staticfiles"), dirs_exist_ok=True)
    (tmp_path / "staticfiles").symlink_to(prepared / "staticfiles")
    servers: list[ServerProcess] = []

    def _launch(kind: str = "uvicorn", **environment: str) -> ServerProcess:
        servers.append(ServerProcess(tmp_path, kind, upstream, **environment))
        return servers[-1]

    yield _launch
    for server in servers:
        server.close()
