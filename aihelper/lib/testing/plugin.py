"""The pytest plugin of the project: the environment of the tests, and the fixtures that all apps share.

It is loaded by `-p` before pytest-django reads the settings, so what is set here at import is what the
settings see. Only DATABASE_URL and REDIS_URL are taken over from outside: by them the same tests run on
MariaDB and with Redis (`python -m aihelper.lib.testing.servers -- pytest`).
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aihelper.lib.testing.servers import mariadb_server, redis_server

if TYPE_CHECKING:
    from rest_framework.test import APIClient

__all__ = ["PASSWORD", "mariadb_server", "redis_server"]

PASSWORD = "correct horse 1"

KEPT = {"DATABASE_URL", "REDIS_URL"}
_DATA_DIR = Path(tempfile.mkdtemp(prefix="aihelper-test-"))
_OUR_VARIABLES = (
    "ALLOWED_HOSTS DATABASE_URL DEBUG FIELD_KEYS HOST HTTPS JWT_KEY LANGUAGE_CODE LOG_FORMAT LOG_LEVEL"
    " MAX_BODY_BYTES PORT REDIS_URL SECRET_KEY TRUSTED_ORIGINS TRUSTED_PROXIES VAPID_KEY VAPID_CONTACT SHARING"
).split()


def _set_environment() -> None:
    """Forget what the operator set, and give the settings what a test run needs."""
    for name in list(os.environ):
        plain = name.removesuffix("_FILE")
        if plain not in KEPT and (plain in _OUR_VARIABLES or name.startswith("AIHELPER_")):
            del os.environ[name]
    os.environ |= {
        "AIHELPER_ALLOW_MODEL_REQUESTS": "0",
        "AIHELPER_DATA_DIR": str(_DATA_DIR),
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1],testserver",
        "ENV_FILE": os.devnull,
        "FIELD_KEYS": "test:" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoyMzQ1Njc=",
        "JWT_KEY": "jwt key of the tests, which is worth nothing anywhere else: 4f1c9e0b",
        "VAPID_KEY": "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
        "SECRET_KEY": "secret key of the tests, which is worth nothing anywhere else: 7d20ab6e",
    }
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker and os.environ.get("REDIS_URL"):
        # The workers of pytest-xdist empty their cache before each test: each has a database of its own.
        os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{int(worker[2:]) + 1}"
    # Looked for by the middleware that serves static files.
    (_DATA_DIR / "staticfiles").mkdir()
    atexit.register(shutil.rmtree, _DATA_DIR, ignore_errors=True)


_set_environment()


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Make passwords cheap to hash, static files ones that need no build, and keep what has been made of `urls.py`."""
    from django import urls
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    # A test with urls of its own empties these caches, though they are kept by the name of the module. Each time new
    # resolvers leave their context variables behind, and asgiref copies all there are at each hop between threads:
    # after some hundred such tests a request took three times as long.
    vars(urls).update(clear_url_caches=lambda: None)


@pytest.fixture(autouse=True)
def _clean_slate() -> Iterator[None]:
    """Start each test with an empty cache, and leave it without threads on the database."""
    from django.core.cache import cache

    from aihelper.lib import db

    cache.clear()
    yield
    db.close_all()


def _user(username: str, **fields: Any) -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.create_user(username=username, password=PASSWORD, **fields)


def _client(user: Any = None) -> "APIClient":
    from rest_framework.test import APIClient

    client = APIClient()
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def alice(db: None) -> Any:
    """The person whose things the test is about."""
    return _user("alice", email="alice@example.org")


@pytest.fixture
def bob(db: None) -> Any:
    """Another person, who must neither see nor touch what is Alice's."""
    return _user("bob", email="bob@example.org")


@pytest.fixture
def admin(db: None) -> Any:
    """An administrator: may use Django admin, and yet has no way to other people's chats by the API."""
    from django.contrib.auth import get_user_model

    return get_user_model().objects.create_superuser(username="root", password=PASSWORD)


@pytest.fixture
def disabled_user(db: None) -> Any:
    """Somebody who may not sign in any more."""
    return _user("mallory", is_active=False)


@pytest.fixture
def api() -> "APIClient":
    """A client of the HTTP API that is not signed in."""
    return _client()


@pytest.fixture
def alice_api(alice: Any) -> "APIClient":
    """A client of the HTTP API, signed in as Alice by a browser session."""
    return _client(alice)


@pytest.fixture
def bob_api(bob: Any) -> "APIClient":
    """A client of the HTTP API, signed in as Bob by a browser session."""
    return _client(bob)


@pytest.fixture
def admin_api(admin: Any) -> "APIClient":
    """A client of the HTTP API, signed in as the administrator by a browser session."""
    return _client(admin)


@pytest.fixture
def media_root(tmp_path: Path, settings: Any) -> Path:
    """An empty directory for uploaded files, for this test only."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path
