"""The database and what is in it. No text of people, no name, no secret: counts only."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import DEFAULT_DB_ALIAS, Error, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ThrottleCounter, User
from aihelper.operations.backup import schema, tables
from aihelper.operations.report import Finding
from chat.models import Generation, Message
from chat.models.generation import LIVE_STATES
from chat.models.message import NOT_INDEXED
from providers import services
from providers.health import report
from providers.models import ModelConfig, Provider, ProviderKey

# An answer without a sign of life for so long has nobody who writes it or ends it.
STUCK_SECONDS = 60
# What servers index within seconds is not behind.
BEHIND = 500
CLOCK_SECONDS = 2.0
# No clock that is right shows a time before this was written.
WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)


def look_at_database() -> Iterator[Finding]:
    """Whether the database answers, and takes what is written."""
    try:
        connection.ensure_connection()
    except Error as error:
        text = _("The database does not answer (%(error)s).") % {"error": type(error).__name__}
        yield Finding("database", "fail", text, _("Start it, or correct DATABASE_URL."))
        return
    try:
        with transaction.atomic():
            ThrottleCounter.objects.create(key_hash="doctor", count=0, expires_at=timezone.now())
            transaction.set_rollback(True)
    except Error as error:
        text = _("Nothing can be written to the database (%(error)s).") % {"error": type(error).__name__}
        yield Finding("database", "fail", text, _("Run manage.py up --no-serve; look at rights, locks and the disk."))
        return
    yield Finding("database", "ok", _("The database answers and can be written to."))


def look_at_schema() -> Iterator[Finding]:
    """Whether the tables are those of this version."""
    if missing := schema.missing(DEFAULT_DB_ALIAS):
        text = _("Migrations that are not applied: %(count)d.") % {"count": len(missing)}
        yield Finding("migrations", "fail", text, _("Run manage.py preflight, back up, then manage.py migrate."))
        return
    yield Finding("migrations", "ok", _("All migrations are applied."))
    absent = sorted(_absent_columns())
    if absent:
        text = _("The tables lack what the migrations made: %(names)s.") % {"names": ", ".join(absent[:5])}
        yield Finding("schema", "fail", text, _("Somebody has changed the tables by hand: restore a backup."))
    else:
        yield Finding("schema", "ok", _("The tables are those of this version."))


def _absent_columns() -> Iterator[str]:
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for model in tables.stored(apps):
            name = model._meta.db_table
            if name not in there:
                yield name
                continue
            columns = _columns(cursor, name)
            yield from (
                f"{name}.{field.column}" for field in model._meta.concrete_fields if field.column not in columns
            )


def _columns(cursor: Any, table: str) -> set[str]:
    # Not by Django's introspection: on SQLite it fails on our constraints that list several conditions.
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} WHERE 1 = 0")  # noqa: S608 - our own name
    return {column[0] for column in cursor.description}


def look_at_keys() -> Iterator[Finding]:
    """Whether the stored provider keys can be read."""
    stored = ProviderKey.objects.exclude(api_key="").count()
    messages = checks.run_checks(tags=[checks.Tags.database], databases=[DEFAULT_DB_ALIAS])
    unreadable = sum(1 for message in messages if message.id in {"providers.E001", "providers.W001"})
    if unreadable:
        text = _("%(unreadable)d of %(stored)d provider keys cannot be read.")
        advice = _("Put the old key back into FIELD_KEYS (it may stand last), or enter the provider keys again.")
        yield Finding("keys", "fail", text % {"unreadable": unreadable, "stored": stored}, advice)
    else:
        yield Finding("keys", "ok", _("All %(stored)d stored provider keys can be read.") % {"stored": stored})


def look_at_models() -> Iterator[Finding]:
    """Whether there is anything to talk to."""
    offered = ModelConfig.objects.offered().exclude(provider__is_demo=True).count()
    if offered:
        yield Finding("models", "ok", _("Models offered: %(count)d.") % {"count": offered})
    else:
        text = _("No model is offered but the demo.")
        yield Finding(
            "models", "warn", text, _("Add a provider in the administration, or by manage.py createprovider.")
        )


def look_at_calls() -> Iterator[Finding]:
    """How the calls of people fare, by what the servers have counted. It asks nobody."""
    statuses = [status for status in report.read() if status.provider.is_active]
    advice = _("“Status” in the administration shows how they fare; manage.py checkproviders asks them now.")
    ill = False
    for status in statuses:
        if status.circuit == "open":
            ill = True
            text = _("%(provider)s is spared, because its calls fail: %(reason)s")
            yield Finding("calls", "warn", text % {"provider": status.provider, "reason": status.last_error}, advice)
        for pause in status.pauses:
            ill = True
            text = _("The key %(key)s of %(provider)s pauses: %(reason)s")
            facts = {"key": pause.key, "provider": status.provider, "reason": pause.sentence}
            yield Finding("calls", "warn", text % facts, advice)
    if not ill:
        facts = {"calls": sum(each.requests for each in statuses), "failed": sum(each.failed for each in statuses)}
        yield Finding("calls", "ok", _("Calls of the last hour: %(calls)d, of which %(failed)d failed.") % facts)


def look_at_providers() -> Iterator[Finding]:
    """Ask all active providers now. The only check that leaves this machine."""
    if not Provider.objects.real().active().exists():
        return
    for checked in services.check_providers():
        text = f"{checked.provider.name}: {checked.result.sentence}"
        advice = "" if checked.result.ok else _("Look at its address and key in the administration.")
        yield Finding("providers", "ok" if checked.result.ok else "fail", text, advice)


def look_at_people() -> Iterator[Finding]:
    """Whether somebody can administer."""
    if User.objects.filter(is_superuser=True, is_staff=True, is_active=True, is_approved=True).exists():
        yield Finding("people", "ok", _("There is an administrator."))
    else:
        yield Finding("people", "fail", _("No administrator can sign in."), "manage.py createsuperuser")


def look_at_search() -> Iterator[Finding]:
    """Whether the search's index keeps up."""
    waiting = Message.objects.filter(NOT_INDEXED).exclude(status__in=LIVE_STATES).count()
    text = _("Messages that the index of the search does not have yet: %(count)d.") % {"count": waiting}
    if waiting > BEHIND:
        advice = _("A running server indexes them; manage.py reindex does it at once. The search finds them meanwhile.")
        yield Finding("search", "warn", text, advice)
    else:
        yield Finding("search", "ok", text)


def look_at_runs() -> Iterator[Finding]:
    """Whether there are answers that nobody writes any more."""
    before = timezone.now() - timedelta(seconds=STUCK_SECONDS)
    stuck = Generation.objects.filter(state__in=LIVE_STATES, heartbeat_at__lt=before).count()
    text = _("Answers that nobody writes any more: %(count)d.") % {"count": stuck}
    if stuck:
        yield Finding("runs", "warn", text, _("Start a server, which ends them, or run manage.py recovergenerations."))
    else:
        yield Finding("runs", "ok", text)


def look_at_clock() -> Iterator[Finding]:
    """Whether this machine and the database agree on the time, and it can be right."""
    now = datetime.now(UTC)
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            before = datetime.now(UTC)
            cursor.execute("SELECT UTC_TIMESTAMP(6)")
            theirs = cursor.fetchone()[0].replace(tzinfo=UTC)
            # Half of the way there and back belongs to neither.
            now = before + (datetime.now(UTC) - before) / 2
        apart = abs((theirs - now).total_seconds())
        if apart > CLOCK_SECONDS:
            text = _("The clocks of this machine and of the database are %(seconds).0f s apart.") % {"seconds": apart}
            yield Finding("clock", "fail", text, _("Set both by NTP: answers are taken for dead by the time."))
            return
    newest = Message.objects.order_by("-pk").values_list("create_time", flat=True).first()
    if now < WRITTEN or (newest and newest > now + timedelta(minutes=5)):
        yield Finding("clock", "fail", _("The clock of this machine is behind."), _("Set it by NTP."))
    else:
        yield Finding("clock", "ok", _("The clock is right, as far as can be seen from here."))
