"""System checks of the settings: each mistake has an id and a sentence that says what to do.

`manage.py check` lists all of them; `up` and the servers refuse to start with an error.

    E001 SECRET_KEY        E002 JWT_KEY            E003 keys not apart      E004 FIELD_KEYS
    E005 key file open     E006 ALLOWED_HOSTS      E007 DATABASE_URL        E008 REDIS_URL
    E009 private hosts     E010 PORT               E011 TRUSTED_ORIGINS     E012 numbers out of range
    E013 data directory    E014 provider URL       E015 SHARING           E016 VAPID_KEY, VAPID_CONTACT
    E017 EMAIL_URL
    W001 DEBUG             W002 LOG_LEVEL, LOG_FORMAT
"""

import binascii
import logging
import os
import re
import stat
from base64 import b64decode
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured

from aihelper.lib import webpush

MIN_KEY_CHARS = 32
FIELD_KEY_BYTES = 32
# Words that stand in examples and tutorials; a key that holds one was copied.
KNOWN_KEY_WORDS = ("changeme", "change-me", "change_me", "example", "your-secret", "your_secret", "django-insecure")
DATABASE_ENGINES = {"django.db.backends.sqlite3": "sqlite", "django.db.backends.mysql": "mysql"}
KEY_VARIABLES = ("SECRET_KEY", "JWT_KEY", "FIELD_KEYS", "VAPID_KEY")

_HOST_PORT = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(?P<port>\d{1,5})")
_FIELD_KEY = re.compile(r"(?P<id>[A-Za-z0-9_-]{1,16}):(?P<key>[A-Za-z0-9+/=]+)")

Messages = Iterator[CheckMessage]


@register()
def check_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """All that is wrong with the settings of this process."""
    checks = (_keys, _field_keys, _key_files, _hosts, _database, _redis, _private_hosts, _numbers, _origins)
    more = (_data_dir, _first_provider, _sharing, _mail, _push, _habits)
    return [message for check in (*checks, *more) for message in check()]


def _secret(name: str) -> str:
    try:
        return str(getattr(settings, name))
    except ImproperlyConfigured:
        # Django's own answer to reading an empty SECRET_KEY.
        return ""


def _keys() -> Messages:
    for number, name in ((1, "SECRET_KEY"), (2, "JWT_KEY")):
        value = _secret(name)
        if not value:
            yield Error(f"{name} is not set.", hint=_KEY_HINT.format(name=name), id=f"aihelper.E00{number}")
        elif len(value) < MIN_KEY_CHARS or len(set(value)) < 10:
            text = f"{name} is too weak: at least {MIN_KEY_CHARS} random characters are needed."
            yield Error(text, hint=_KEY_HINT.format(name=name), id=f"aihelper.E00{number}")
        elif any(word in value.lower() for word in KNOWN_KEY_WORDS):
            text = f"{name} is an example that everybody knows."
            yield Error(text, hint=_KEY_HINT.format(name=name), id=f"aihelper.E00{number}")
    if _secret("JWT_KEY") and _secret("SECRET_KEY") == _secret("JWT_KEY"):
        hint = "Give each purpose a key of its own, or leave both out: they are generated then."
        yield Error("SECRET_KEY and JWT_KEY are the same.", hint=hint, id="aihelper.E003")


_KEY_HINT = (
    "Leave {name} out and start by manage.py, which generates one, or set it to the output of "
    '`python -c "import secrets; print(secrets.token_urlsafe(48))"`.'
)


def _field_keys() -> Messages:
    hint = (
        "Write it as name:base64 of 32 random bytes, several separated by commas (the first encrypts, all "
        "decrypt), or leave it out: a key is generated then. Without the old key, stored provider keys are lost."
    )
    entries = [entry.strip() for entry in settings.FIELD_KEYS.split(",") if entry.strip()]
    if not entries:
        yield Error("FIELD_KEYS is not set.", hint=hint, id="aihelper.E004")
    names = [entry.partition(":")[0] for entry in entries]
    if len(set(names)) < len(names):
        yield Error("FIELD_KEYS names one key twice.", hint=hint, id="aihelper.E004")
    for position, entry in enumerate(entries, start=1):
        if not _is_field_key(entry):
            # The position, never the text: it is a key.
            yield Error(f"Entry {position} of FIELD_KEYS is not a key.", hint=hint, id="aihelper.E004")


def _is_field_key(entry: str) -> bool:
    match = _FIELD_KEY.fullmatch(entry)
    if not match:
        return False
    try:
        return len(b64decode(match["key"], validate=True)) == FIELD_KEY_BYTES
    except binascii.Error:
        return False


def _key_files() -> Messages:
    for name in KEY_VARIABLES:
        path = os.environ.get(f"{name}_FILE")
        if path and Path(path).is_file() and Path(path).stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            # Secrets that a container platform mounts are often 0444 by design; the directory guards them.
            if not str(path).startswith("/run/secrets/"):
                text = f"Other users of this machine can read the file of {name}."
                yield Error(text, hint=f"Run: chmod 600 {path}", id="aihelper.E005")


def _hosts() -> Messages:
    if "*" in settings.ALLOWED_HOSTS and not settings.DEBUG:
        hint = "List the names that people type into the browser, such as ALLOWED_HOSTS=chat.example.org,localhost"
        yield Error('ALLOWED_HOSTS may not be "*".', hint=hint, id="aihelper.E006")
    if not settings.ALLOWED_HOSTS and not settings.DEBUG:
        hint = "List the names that people type into the browser, or leave the variable out for this machine only."
        yield Error("ALLOWED_HOSTS is empty: every request would be refused.", hint=hint, id="aihelper.E006")


def _database() -> Messages:
    engine = settings.DATABASE_ENGINE
    if engine not in DATABASE_ENGINES:
        hint = "Use sqlite:///path/to/file or mysql://user:password@host:3306/database (for MariaDB, too)."
        yield Error(f"DATABASE_URL names an engine that is not supported: {engine}.", hint=hint, id="aihelper.E007")


def _redis() -> Messages:
    if settings.REDIS_URL and urlsplit(settings.REDIS_URL).scheme not in {"redis", "rediss", "unix"}:
        hint = "Use redis://host:6379/0, or leave REDIS_URL out: nothing but speed between processes is lost."
        yield Error("REDIS_URL is not the address of a Redis server.", hint=hint, id="aihelper.E008")


def _private_hosts() -> Messages:
    for entry in settings.ALLOWED_PRIVATE_HOSTS:
        match = _HOST_PORT.fullmatch(entry)
        if not match or not 0 < int(match["port"]) < 65536:
            hint = "Write host:port without scheme or path, such as 127.0.0.1:11434 or ollama.lan:11434."
            text = f"AIHELPER_ALLOWED_PRIVATE_HOSTS: {entry!r} is not host:port."
            yield Error(text, hint=hint, id="aihelper.E009")


def _numbers() -> Messages:
    if not 0 < settings.PORT < 65536:
        yield Error("PORT is not a port.", hint="Use a number from 1 to 65535.", id="aihelper.E010")
    for name, value, lowest in (
        ("TRUSTED_PROXIES", settings.TRUSTED_PROXIES, 0),
        ("MAX_BODY_BYTES", settings.MAX_BODY_BYTES, 1024),
        ("AIHELPER_MAX_IMPORT_BYTES", settings.MAX_IMPORT_BYTES, 1024),
        ("AIHELPER_DATABASE_THREADS", settings.DATABASE_THREADS, 1),
        ("AIHELPER_DRAIN_SECONDS", settings.DRAIN_SECONDS, 0),
        ("AIHELPER_MAX_MESSAGE_CHARS", settings.MAX_MESSAGE_CHARS, 1),
        ("AIHELPER_MAX_RUNS_PER_USER", settings.MAX_RUNS_PER_USER, 1),
        ("AIHELPER_TRASH_DAYS", settings.TRASH_DAYS, 0),
    ):
        if value < lowest:
            text = f"{name} is {value}; the lowest value that works is {lowest}."
            yield Error(text, hint=f"Raise {name}, or leave it out.", id="aihelper.E012")


def _origins() -> Messages:
    for origin in settings.TRUSTED_ORIGINS:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query or "*" in origin:
            hint = "Write scheme://host[:port] and nothing after it, such as https://intranet.example.org"
            yield Error(f"TRUSTED_ORIGINS: {origin!r} is not an origin.", hint=hint, id="aihelper.E011")


def _data_dir() -> Messages:
    path = settings.DATA_DIR
    # Before the first start it does not exist; then its nearest parent has to be writable.
    existing = next(parent for parent in (path, *path.parents) if parent.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        hint = "Set AIHELPER_DATA_DIR to a directory that this user may write to."
        yield Error(f"Nothing can be written to the data directory {path}.", hint=hint, id="aihelper.E013")


def _first_provider() -> Messages:
    url = settings.FIRST_PROVIDER_URL
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.username):
        hint = "Write the address up to and with the version, such as https://api.example.com/v1"
        yield Error("AIHELPER_PROVIDER_URL is not an http(s) address.", hint=hint, id="aihelper.E014")


def _sharing() -> Messages:
    if settings.SHARING not in {"public", "members", "off"}:
        hint = "Set SHARING to public (anybody with the link), members (whoever is signed in) or off."
        yield Error(f"SHARING is {settings.SHARING!r}, which means nothing.", hint=hint, id="aihelper.E015")


def _mail() -> Messages:
    if settings.EMAIL_URL and urlsplit(settings.EMAIL_URL).scheme not in settings.MAIL_SCHEMES:
        hint = "Write smtp+tls://name:password@host:587, or leave it empty."
        yield Error("EMAIL_URL is not the address of a mail server.", hint=hint, id="aihelper.E017")


def _push() -> Messages:
    try:
        webpush.public_key(settings.VAPID_KEY)
    except ValueError:
        hint = "Leave it out: one is generated then. With another key all browsers have to subscribe anew."
        yield Error("VAPID_KEY is not a key.", hint=hint, id="aihelper.E016")
    if not re.fullmatch(r"(mailto:[^@\s]+@|https://)\S+", settings.VAPID_CONTACT):
        hint = "Write mailto:somebody@example.org, or the https address of a page about this server."
        yield Error("VAPID_CONTACT is not an address.", hint=hint, id="aihelper.E016")


def _habits() -> Messages:
    if settings.DEBUG:
        hint = "Leave DEBUG out anywhere but on your own machine: error pages show the settings."
        yield Warning("DEBUG is on.", hint=hint, id="aihelper.W001")
    if settings.LOG_LEVEL.upper() not in logging.getLevelNamesMapping():
        yield Warning(f"LOG_LEVEL {settings.LOG_LEVEL!r} is unknown; INFO is used.", id="aihelper.W002")
    if settings.LOG_FORMAT not in {"console", "json"}:
        yield Warning(f"LOG_FORMAT {settings.LOG_FORMAT!r} is unknown; console is used.", id="aihelper.W002")
