"""Liveness and readiness, for load balancers. Neither asks for a sign-in, neither tells a secret."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from aihelper.lib.db import run_db

TIMEOUT_SECONDS = 3.0
_LAG_PROBE_SECONDS = 0.01


@require_safe
async def live(request: HttpRequest) -> JsonResponse:
    """The process is alive and its event loop turns."""
    return JsonResponse({"status": "ok"})


@require_safe
async def ready(request: HttpRequest) -> JsonResponse:
    """Whether requests can be served: 200 or 503, with what was found.

    Without its database the process can serve nothing. Without Redis it still can, only slower between
    processes (invariant I9), so that is reported and is no reason to take all workers out of service.
    """
    database, redis, lag = await asyncio.gather(_probe(_database), _redis_probe(), _loop_lag())
    status = "ready" if database["ok"] else "unavailable"
    if database["ok"] and redis is not None and not redis["ok"]:
        status = "degraded"
    body = {"status": status, "database": database, "redis": redis, "loop_lag_ms": lag}
    return JsonResponse(body, status=200 if database["ok"] else 503)


async def _probe(check: Callable[[], Awaitable[None]]) -> dict[str, Any]:
    """Run a check, and say whether it passed and how long it took. The reason stays inside: it may name hosts."""
    started = time.perf_counter()
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await check()
    except (DatabaseError, OSError, TimeoutError, _redis_error()):
        return {"ok": False, "ms": _since(started)}
    return {"ok": True, "ms": _since(started)}


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)


async def _database() -> None:
    await run_db(_select_one)


def _select_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _redis_error() -> type[Exception]:
    from redis.exceptions import RedisError

    return RedisError


async def _redis_probe() -> dict[str, Any] | None:
    return await _probe(_ping_redis) if settings.REDIS_URL else None


async def _ping_redis() -> None:
    from redis.asyncio import Redis

    client = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=TIMEOUT_SECONDS)
    try:
        await client.ping()
    finally:
        await client.aclose()


async def _loop_lag() -> float:
    """Milliseconds that the event loop woke us later than it was asked to."""
    started = time.perf_counter()
    await asyncio.sleep(_LAG_PROBE_SECONDS)
    return round(max(0.0, time.perf_counter() - started - _LAG_PROBE_SECONDS) * 1000, 1)
