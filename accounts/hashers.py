"""The hashing of passwords, limited in how much of it runs at once."""

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

from aihelper.lib.errors import Unavailable

# One hash takes 100 MB and several cores for a tenth of a second: a storm of sign-ins waits here in line.
AT_ONCE = 2
WAIT_SECONDS = 10.0

_places = BoundedSemaphore(AT_ONCE)


class LimitedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with Django's parameters, at most AT_ONCE at a time in this process."""

    def encode(self, password: str, salt: str) -> str:
        """Hash a password. Raises Unavailable when the line is too long."""
        with _Place():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Whether the password is the hashed one. Raises Unavailable when the line is too long."""
        with _Place():
            return super().verify(password, encoded)


class _Place:
    """One of the places at the hasher, for a while."""

    def __enter__(self) -> None:
        if not _places.acquire(timeout=WAIT_SECONDS):
            raise Unavailable(retry_after=5)

    def __exit__(self, *error: object) -> None:
        _places.release()
