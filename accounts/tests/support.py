"""What the tests of the accounts share."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connections
from rest_framework.test import APIClient

from accounts import tokens
from accounts.models import User
from aihelper.lib.testing.plugin import PASSWORD

T = TypeVar("T")

__all__ = ["PASSWORD", "bearer", "in_parallel", "login"]


def login(client: APIClient, username: str = "alice", password: str = PASSWORD, **headers: Any) -> Any:
    """Sign in by the API, and return the answer."""
    return client.post("/api/login", {"username": username, "password": password}, format="json", **headers)


def bearer(user: User) -> APIClient:
    """A client that shows an access token of this user, and no cookie."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.issue(user).access}")
    return client


def in_parallel(work: Callable[[], T], times: int, threads: int) -> list[T | Exception]:
    """What each call returned or raised, of `times` calls on so many threads with connections of their own."""

    def call(_number: int) -> T | Exception:
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - the test judges each
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(call, range(times)))
