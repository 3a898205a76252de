"""Fixtures of the faults: an upstream that is paced, and servers that end with their test."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from aihelper.tests.faults.support import SEED, ServerProcess
from aihelper.tests.faults.upstream import PacingUpstream

Launch = Callable[..., ServerProcess]


@pytest_asyncio.fixture
async def upstream() -> AsyncIterator[PacingUpstream]:
    """The provider of all servers of a test."""
    async with PacingUpstream() as upstream:
        yield upstream


@pytest.fixture(scope="session")
def static_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Static files are collected once for all servers."""
    return tmp_path_factory.mktemp("staticfiles")


@pytest.fixture
def launch(tmp_path: Path, static_root: Path, upstream: PacingUpstream) -> Iterator[Launch]:
    """Makes servers, all on one data directory; nothing runs until `start`."""
    print(f"FAULT_SEED={SEED}")
    (tmp_path / "staticfiles").symlink_to(static_root)
    servers: list[ServerProcess] = []

    def _launch(kind: str = "uvicorn", **environment: str) -> ServerProcess:
        servers.append(ServerProcess(tmp_path, kind, upstream, **environment))
        return servers[-1]

    yield _launch
    for server in servers:
        server.close()
