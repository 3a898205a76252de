"""Liveness and readiness."""

from typing import Any

import pytest
from django.db import OperationalError
from rest_framework.test import APIClient

from aihelper import health
from aihelper.lib.testing.servers import Server, free_port


def test_it_is_alive_without_a_database(api: APIClient) -> None:
    response = api.get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db(transaction=True)
def test_it_is_ready(api: APIClient) -> None:
    response = api.get("/health/ready")
    body = response.json()
    assert (response.status_code, body["status"], body["database"]["ok"]) == (200, "ready", True)
    assert body["loop_lag_ms"] >= 0
    assert set(body) == {"status", "database", "redis", "loop_lag_ms"}


@pytest.mark.django_db(transaction=True)
def test_without_its_database_it_is_not_ready(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError("(2002, \"Can't connect to server on 'db.internal'\")")

    monkeypatch.setattr(health, "_select_one", fail)
    response = api.get("/health/ready")
    assert (response.status_code, response.json()["status"]) == (503, "unavailable")
    assert "internal" not in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_without_redis_it_is_slower_and_still_ready(api: APIClient, settings: Any) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    response = api.get("/health/ready")
    body = response.json()
    assert (response.status_code, body["status"], body["redis"]["ok"]) == (200, "degraded", False)


@pytest.mark.servers
@pytest.mark.django_db(transaction=True)
def test_with_redis_it_is_ready(api: APIClient, settings: Any, redis_server: Server) -> None:
    settings.REDIS_URL = redis_server.url
    assert api.get("/health/ready").json()["redis"]["ok"] is True
