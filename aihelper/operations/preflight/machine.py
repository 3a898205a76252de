"""What an upgrade stands on: versions, room, the database's own state, a way back."""

import platform
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from aihelper.operations.report import Finding

MIN_PYTHON = (3, 11)
MIN_DJANGO = (5, 2)
MIN_SQLITE = (3, 31)
MIN_MARIADB = (10, 6)
MIN_MYSQL = (8, 0, 16)
# A changed table is written anew beside the old one, and the log of writes holds it once more.
ROOM_FOR_TABLES = 2
SPARE_BYTES = 500_000_000
BACKUP_SECONDS = 24 * 3600


def look_at_versions() -> Iterator[Finding]:
    """Python, Django and the database."""
    wanted: list[tuple[str, tuple[int, ...], tuple[int, ...]]] = [
        ("Python", tuple(sys.version_info[:3]), MIN_PYTHON),
        ("Django", tuple(django.VERSION[:3]), MIN_DJANGO),
    ]
    if connection.vendor == "mysql":
        is_mariadb = connection.mysql_is_mariadb  # type: ignore[attr-defined]
        version = tuple(connection.mysql_version)  # type: ignore[attr-defined]
        wanted.append(("MariaDB", version, MIN_MARIADB) if is_mariadb else ("MySQL", version, MIN_MYSQL))
    else:
        wanted.append(("SQLite", sqlite3.sqlite_version_info, MIN_SQLITE))
    for name, version, least in wanted:
        facts = {"name": name, "version": _dotted(version), "least": _dotted(least)}
        if version < least:
            text = _("%(name)s %(version)s is too old; %(least)s is needed.") % facts
            yield Finding("versions", "fail", text, _("Upgrade %(name)s first.") % facts)
        else:
            yield Finding("versions", "ok", f"{name} {facts['version']} ({platform.machine()})")


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def look_at_file() -> Iterator[Finding]:
    """Whether SQLite's file is sound."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(5)")
        problems = [row[0] for row in cursor.fetchall() if row[0] != "ok"]
    if problems:
        yield Finding("file", "fail", _("The database file is damaged."), _("Restore a backup before anything else."))
    else:
        yield Finding("file", "ok", _("The database file is sound."))


def look_at_disk() -> Iterator[Finding]:
    """Whether there is room for tables that are written anew."""
    path = Path(str(connection.settings_dict["NAME"])) if connection.vendor == "sqlite" else None
    size = path.stat().st_size if path is not None and path.exists() else 0
    folder = next(place for place in (settings.DATA_DIR, *settings.DATA_DIR.parents) if place.exists())
    free, needed = shutil.disk_usage(folder).free, size * ROOM_FOR_TABLES + SPARE_BYTES
    facts = {"free": free / 1e9, "needed": needed / 1e9}
    text = _("%(free).1f GB are free, %(needed).1f GB may be needed.") % facts
    if free < needed:
        yield Finding("disk", "fail", text, _("Free some, or put the data directory on a larger disk."))
    else:
        yield Finding("disk", "ok", text)


def look_at_time_zones() -> Iterator[Finding]:
    """Whether MySQL knows time zones, which it needs to count by people's days."""
    if connection.vendor != "mysql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT CONVERT_TZ('2026-01-01 00:00:00', 'UTC', 'Asia/Shanghai')")
        is_known = cursor.fetchone()[0] is not None
    if is_known:
        yield Finding("time zones", "ok", _("The database knows the time zones."))
    else:
        advice = "mysql_tzinfo_to_sql /usr/share/zoneinfo | mysql -u root mysql"
        yield Finding("time zones", "warn", _("The database does not know the time zones."), advice)


def look_at_collation() -> Iterator[Finding]:
    """Whether MySQL tells apart what is different."""
    if connection.vendor != "mysql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@collation_database")
        collation = cursor.fetchone()[0]
    text = _("The collation of the database is %(name)s.") % {"name": collation}
    if collation != "utf8mb4_bin":
        advice = _("Back up, make a database with utf8mb4_bin (docs/operations.md), and restore into it.")
        yield Finding("collation", "warn", text, advice)
    else:
        yield Finding("collation", "ok", text)


def look_at_backup() -> Iterator[Finding]:
    """Whether there is a way back."""
    files = (settings.DATA_DIR / "backups").glob("*.zip")
    newest = max((path.stat().st_mtime for path in files), default=0.0)
    if time.time() - newest > BACKUP_SECONDS:
        text = _("There is no backup of the last day in the data directory.")
        yield Finding("backup", "warn", text, "manage.py backup")
    else:
        yield Finding("backup", "ok", _("There is a backup of the last day."))
