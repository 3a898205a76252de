"""The hasher of the real settings; the other tests use a cheap one."""

from threading import BoundedSemaphore, Lock
from time import sleep
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

from accounts import hashers
from accounts.tests.support import in_parallel
from aihelper.lib.errors import Unavailable


@pytest.fixture(autouse=True)
def _real_hasher(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["accounts.hashers.LimitedArgon2PasswordHasher"]


def test_it_works() -> None:
    encoded = make_password("correct horse 1")
    assert encoded.startswith("argon2$argon2id$")
    assert check_password("correct horse 1", encoded)
    assert not check_password("correct horse 2", encoded)


def test_no_more_than_two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lock, running, most = Lock(), 0, 0

    def verify(self: Argon2PasswordHasher, password: str, encoded: str) -> bool:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        sleep(0.005)
        with lock:
            running -= 1
        return True

    monkeypatch.setattr(Argon2PasswordHasher, "verify", verify)
    hasher = hashers.LimitedArgon2PasswordHasher()
    answers = in_parallel(lambda: hasher.verify("x", "y"), times=30, threads=10)
    assert answers == [True] * 30
    assert most == hashers.AT_ONCE


def test_a_line_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    full = BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(hashers, "_places", full)
    monkeypatch.setattr(hashers, "WAIT_SECONDS", 0.01)
    with pytest.raises(Unavailable):
        make_password("correct horse 1")
