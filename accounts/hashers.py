"""The hashing of passwords, limited in how much of it runs at once."""

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

from aihelper.lib.errors import Unavailable

# A hash holds 46 MB and a core for a twentieth of a second: a storm of sign-ins waits here in line.
AT_ONCE = 2
WAIT_SECONDS = 10.0

_places = BoundedSemaphore(AT_ONCE)


class LimitedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id, at most AT_ONCE at a time in this process.

    The parameters are OWASP's first choice. Django's own take four times the work and twice the memory
    (measured: 209 against 49 ms of CPU); a school that signs in at nine o'clock would wait in line for minutes.
    """

    time_cost = 1
    memory_cost = 47_104
    parallelism = 1

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
