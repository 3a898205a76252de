"""The settings, the folders and the servers beside ours."""

import shutil
import stat
from collections.abc import Iterator

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _

from aihelper.lib import tracing
from aihelper.management.commands.up import static_digest
from aihelper.operations.report import Finding

LOW_BYTES = 1_000_000_000
TOO_LOW_BYTES = 100_000_000


def look_at_settings() -> Iterator[Finding]:
    """What `manage.py check` says."""
    found = [message for message in checks.run_checks() if not message.is_silenced()]
    for message in found:
        level = "fail" if message.is_serious() else "warn"
        yield Finding("settings", level, f"{message.id}: {message.msg}", str(message.hint or ""))  # type: ignore[arg-type]
    if not found:
        yield Finding("settings", "ok", _("The settings are right."))


def look_at_redis() -> Iterator[Finding]:
    """Whether Redis answers, if there is to be one."""
    from redis import Redis, RedisError

    if not settings.REDIS_URL:
        yield Finding("redis", "ok", _("No Redis is set, and none is needed."))
        return
    client = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3, socket_timeout=3)
    try:
        client.ping()
        yield Finding("redis", "ok", _("Redis answers."))
    except (RedisError, OSError):
        advice = _("Start Redis or correct REDIS_URL. Until then all works, up to a second slower between processes.")
        yield Finding("redis", "warn", _("Redis does not answer."), advice)
    finally:
        client.close()


def look_at_tracing() -> Iterator[Finding]:
    """Whether what traces need is installed, if there are to be traces."""
    if not tracing.is_wanted():
        return
    if missing := tracing.missing():
        text = _("Traces are wanted, but cannot be sent: %(missing)s is not installed.") % {"missing": missing}
        advice = "uv pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http"
        yield Finding("tracing", "warn", text, advice)
    else:
        yield Finding("tracing", "ok", _("What traces need is installed."))


def look_at_folders() -> Iterator[Finding]:
    """Whether nobody else of this machine can read what people wrote, or the keys."""
    folder = settings.DATA_DIR
    keys = [path for path in (folder / "keys").glob("[!.]*") if path.is_file()] if folder.is_dir() else []
    open_to_others = [path for path in (folder, *keys) if path.exists() and _is_open(path.stat().st_mode)]
    for path in open_to_others:
        text = _("Other users of this machine can read %(path)s.") % {"path": path}
        yield Finding("folders", "fail" if path in keys else "warn", text, f"chmod go-rwx {path}")
    if not open_to_others:
        yield Finding("folders", "ok", _("The data directory and the keys are closed to others."))


def _is_open(mode: int) -> bool:
    return bool(mode & (stat.S_IRWXG | stat.S_IRWXO))


def look_at_page() -> Iterator[Finding]:
    """Whether the page is built, and what is served is what was built."""
    if not (settings.STATICFILES_DIRS[0] / "manifest.json").exists():
        yield Finding("page", "fail", _("The page is not built."), "make front")
    else:
        yield Finding("page", "ok", _("The page is built."))
    stamp = settings.STATIC_ROOT / ".stamp"
    if not stamp.exists():
        yield Finding("static", "fail", _("No static files have been collected."), "manage.py up --no-serve")
    elif stamp.read_text(encoding="utf-8") != static_digest():
        text = _("The collected static files are older than the page.")
        yield Finding("static", "warn", text, _("Restart the server: its start collects them."))
    else:
        yield Finding("static", "ok", _("The static files are collected."))


def look_at_disk() -> Iterator[Finding]:
    """How much room there is for what people write."""
    folder = next(path for path in (settings.DATA_DIR, *settings.DATA_DIR.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    text = _("%(free).1f GB are free in the data directory.") % {"free": free / 1e9}
    if free < LOW_BYTES:
        advice = _("Free some: when the disk is full, nothing that people write can be kept.")
        yield Finding("disk", "fail" if free < TOO_LOW_BYTES else "warn", text, advice)
    else:
        yield Finding("disk", "ok", text)
