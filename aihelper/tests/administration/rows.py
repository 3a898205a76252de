"""Rows by the thousand for every table that the administration shows or that goes with what it shows.

A table's rows are made from its columns, so one that is new is filled without anybody thinking of it. What has to make
sense beyond its columns is said in SPECIAL. The same number gives the same rows.
"""

import hashlib
import itertools
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

START = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 2000
# How many there are of what people make by hand, at a very large site. Everything else grows with the years.
BY_HAND = {
    "auth.group": 200,
    "accounts.grouppolicy": 200,
    "accounts.budget": 500,
    "chat.prompt": 1_000,
    "chat.role": 1_000,
    "providers.provider": 30,
    "providers.providerkey": 60,
    "providers.providerstate": 30,
    "providers.modelconfig": 1_000,
    "providers.modelprice": 2_000,
    "chat.blockedword": 50_000,
    "accounts.announcement": 500,
    "accounts.hold": 500,
    # What is emptied all the time, or which no page shows.
    "accounts.throttlecounter": 1_000,
    "accounts.socketticket": 1_000,
    "accounts.reservation": 1_000,
    "chat.generationchunk": 1_000,
    "chat.searchentry": 1_000,
}
# So many to each row of another table: some holds have ended, and of those that go on each is about several people.
PART = {"accounts.holdend": ("accounts.hold", 0.6), "accounts.heldperson": ("accounts.hold", 4)}
# The migrations fill these, or they hold a single row.
LEFT = {
    "accounts.sitesettings", "auth.permission", "chat.chatsettings", "contenttypes.contenttype", "providers.demostate",
}  # fmt: skip
TEXT = "A sentence that somebody wrote, and some words more. 一句话，再加几个字。"
# Every third row of a person's is this person's: who has been here for years.
BUSY = 3

Row = Callable[[int], dict[str, Any]]
Keys = dict[type[models.Model], list[Any]]


def _message(n: int) -> dict[str, Any]:
    """Two of each session; every fifth answer has a rating."""
    answer = n % 2 == 1
    rating = (1 if n % 3 else -1) if answer and n % 5 == 0 else None
    text = {"content": TEXT * (10 if answer else 1), "rating": rating, "status": "completed", "indexed": True}
    return {"seq": n % 2 + 1, "role": "assistant" if answer else "user", "model_id": f"model-{n % 40}", **text}


# Two years of use: on each day calls of MODELS models by several providers, of all kinds and outcomes.
DAYS, PER_DAY, MODELS = 730, 137, 30
FIRST_DAY, LAST_DAY = START.date(), START.date() + timedelta(days=DAYS - 1)
OUTCOMES = (("chat", ""), ("chat", "rate_limited"), ("title", ""), ("attempt", "timeout"), ("attempt", "not_needed"))


def _of_a_day(n: int) -> dict[str, Any]:
    """Which of the rows of its day it is says the model; the provider has three models."""
    day, place = divmod(n, PER_DAY)
    model = place % MODELS
    names = {"model_id": f"model-{model}", "provider_name": f"Provider {model // 3:06d}"}
    return {"day": FIRST_DAY + timedelta(days=day % DAYS), **names}


def _usage_day(n: int) -> dict[str, Any]:
    kind, error = OUTCOMES[n % PER_DAY // MODELS]
    currency = ("USD", "CNY")[n % PER_DAY % 2]
    return {**_of_a_day(n), "kind": kind, "error_code": error, "currency": currency if not error else ""}


def _active_month(n: int) -> dict[str, Any]:
    """As many people in each month of the two years."""
    year, month = divmod(n % 24, 12)
    return {"month": date(START.year + year, month + 1, 1), "username": f"person{n // 24:06d}", "days": 1 << n % 28}


def _user(n: int) -> dict[str, Any]:
    name = f"person{n:06d}"
    return {
        "username": name,
        "username_key": name,
        "email": f"{name}@example.org",
        "is_superuser": False,
        "is_staff": n % 1000 == 0,
        "is_active": n % 50 > 0,
        "preferences": {},
    }


SPECIAL: dict[str, Row] = {
    "accounts.user": _user,
    # Few numbers of days, as people choose them: each is a rule of its own.
    "accounts.grouppolicy": lambda n: {"retention_days": (None, 30, 90, 365)[n % 4]},
    "accounts.refreshtoken": lambda n: {"family": uuid.UUID(int=n + 1)},
    "accounts.budget": lambda n: {"user_id": None, "unit": "messages", "period": "day"},
    "accounts.settingchange": lambda n: {"model": "chat.role", "old": {"name": "old"}, "new": {"name": "new"}},
    "accounts.signin": lambda n: {"kind": ("browser", "program")[n % 2]},
    "chat.message": _message,
    "chat.blockedword": lambda n: {"word": f"word{n:06d}"},
    "chat.prompt": lambda n: {"owner_id": None, "command": f"prompt-{n}"},
    "chat.role": lambda n: {"owner_id": None, "slug": f"role-{n}", "suggestions": [], "parameters": {}},
    "chat.session": lambda n: {"deleted_at": None if n % 10 else START, "last_seq": 2},
    "chat.generation": lambda n: {"state": "completed", "segments": [["content", 9]], "tried": []},
    "chat.share": lambda n: {"snapshot": {"messages": [{"role": "user", "content": TEXT * 20}]}},
    "chat.document": lambda n: {
        "content": TEXT * 50, "media_type": ("text/plain", "text/markdown", "application/pdf")[n % 3],
    },
    "chat.usageday": _usage_day,
    "chat.usagespeed": lambda n: {**_of_a_day(n), "bucket": n % PER_DAY // MODELS * 8},
    "chat.activemonth": _active_month,
    "chat.usagerecord": lambda n: {"model_id": f"model-{n % 40}", "provider_name": f"Provider {n % 30:06d}"},
    "providers.provider": lambda n: {
        "base_url": f"https://api{n}.example.com/v1", "is_demo": False, "name": f"Provider {n:06d}",
        "private_host": "", "private_addresses": "",
    },
    "providers.modelconfig": lambda n: {"parameters": {}, "icon": "", "model_id": f"model-{n}"},
    "providers.providerminute": lambda n: {"errors": {}, "ttft": []},
    "admin.logentry": lambda n: {"action_flag": 2, "change_message": "[]", "object_id": str(n % 100 + 1)},
}  # fmt: skip


def tables() -> list[type[models.Model]]:
    """The models to fill, each after those that it refers to."""
    ours = [
        model
        for model in apps.get_models()
        if (model._meta.app_label in {"accounts", "chat", "providers"} or model._meta.label_lower in ALSO)
        and model._meta.managed
        and not model._meta.proxy
        and model._meta.label_lower not in LEFT
    ]
    done: list[type[models.Model]] = []
    while ours:
        free = [model for model in ours if not _needs(model) & set(ours) - {model}]
        free = free or ours[:1]
        done += free
        ours = [model for model in ours if model not in free]
    return done


ALSO = {"auth.group", "admin.logentry"}


def fill(most: int, say: Callable[[str], object] = lambda _text: None) -> None:
    """Give each table `most` rows, or as many as BY_HAND says when that is less."""
    keys: Keys = {}
    for model in tables():
        count = number_of(model._meta.label_lower, most)
        # What is there counts: a fill that was broken off is gone on with, and a small world can grow.
        there = models.QuerySet(model).count()
        say(f"{model._meta.label_lower}: {there} to {count}")
        with transaction.atomic():
            for numbers in _batches(iter(range(there, count))):
                _store(model, numbers, keys)
        keys[model] = list(models.QuerySet(model).order_by("pk").values_list("pk", flat=True))
    with transaction.atomic():
        _join(most, keys)
    if connection.vendor == "sqlite" and most > BATCH:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def number_of(label: str, most: int) -> int:
    """How many rows a table gets."""
    if label in PART:
        whole, part = PART[label]
        return int(number_of(whole, most) * part)
    return min(most, BY_HAND.get(label, most))


def _store(model: type[models.Model], numbers: list[int], keys: Keys) -> None:
    try:
        with transaction.atomic():
            rows_of(model).bulk_create([make(model, n, keys) for n in numbers], batch_size=500)
    except IntegrityError:
        # A rule between two columns: with what may be empty left empty there is mostly none. Of pairs that came twice
        # one is enough.
        rows = [make(model, n, keys, bare=True) for n in numbers]
        rows_of(model).bulk_create(rows, batch_size=500, ignore_conflicts=True)


def rows_of(model: type[models.Model]) -> "models.QuerySet[Any]":
    """All rows of a table, whatever its managers hide or forbid."""
    return models.QuerySet(model)


def make(model: type[models.Model], n: int, keys: Keys, *, bare: bool = False) -> models.Model:
    """The row number `n` of a table, not stored; `bare`: without what may be empty."""
    special = SPECIAL[model._meta.label_lower](n) if model._meta.label_lower in SPECIAL else {}
    row = model()
    for field in model._meta.concrete_fields:
        if isinstance(field, models.AutoField) or field.attname in special or (bare and field.null):
            continue
        setattr(row, field.attname, _value(model, field, n, keys))
    for name, value in special.items():
        setattr(row, name, value)
    return row


def _value(model: type[models.Model], field: Any, n: int, keys: Keys) -> Any:
    if isinstance(field, models.ForeignKey):
        return _reference(field, n, keys)
    if field.choices:
        return [value for value, _label in field.flatchoices][n % len(field.flatchoices)]
    if isinstance(field, models.CharField) and not isinstance(field, models.EmailField):
        return _text(model, field, n)
    return _PLAIN[next(kind for kind in _PLAIN if isinstance(field, kind))](field, n)


def _reference(field: Any, n: int, keys: Keys) -> Any:
    there = keys.get(field.related_model)
    if not there:
        return None
    if field.unique:
        return there[n % len(there)]
    if field.related_model._meta.label_lower == "accounts.user":
        return there[0] if n % BUSY == 0 else there[(n // 2) % len(there)]
    return there[(n // 2) % len(there)]


def _text(model: type[models.Model], field: Any, n: int) -> str:
    length = field.max_length or 100
    unique = field.unique or any(field.name in rule.fields for rule in _rules(model))
    if length == 36:
        return str(uuid.UUID(int=n + 1))
    if length in {32, 43, 64} and unique:
        return hashlib.sha256(f"{field.name}{n}".encode()).hexdigest()[:length]
    return f"{field.name.title().replace('_', ' ')} {n:06d}"[-length:] if length >= 8 else f"{n % 10}"


def _rules(model: type[models.Model]) -> list[models.UniqueConstraint]:
    return [rule for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint)]


_PLAIN: dict[type[Any], Callable[[Any, int], Any]] = {
    models.UUIDField: lambda field, n: uuid.UUID(int=n + 1),
    models.EmailField: lambda field, n: f"person{n}@example.org",
    models.DateTimeField: lambda field, n: START + timedelta(minutes=n * 3),
    models.DateField: lambda field, n: date(2026, 1, 1) + timedelta(days=n),
    models.BooleanField: lambda field, n: n % 4 > 0,
    models.JSONField: lambda field, n: field.get_default(),
    models.DecimalField: lambda field, n: Decimal(n % 100),
    models.GenericIPAddressField: lambda field, n: f"192.0.2.{n % 250}",
    models.FloatField: lambda field, n: float(n % 100),
    models.IntegerField: lambda field, n: n % 100 + 1,
    models.BinaryField: lambda field, n: b"",
    models.TextField: lambda field, n: TEXT,
    models.Field: lambda field, n: field.get_default(),
}


def _needs(model: type[models.Model]) -> set[type[models.Model]]:
    return {field.related_model for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)}


def _join(most: int, keys: Keys) -> None:
    """The people of groups, their managers, the documents of messages, and the sessions' last messages."""
    from django.contrib.auth.models import Group

    from accounts.models import GroupPolicy, User
    from chat.models import Document, Message

    pairs = {
        User.groups.through: (User, Group),
        GroupPolicy.managers.through: (GroupPolicy, User),
        Message.documents.through: (Message, Document),
    }
    for through, (left, right) in pairs.items():
        names = [field.attname for field in through._meta.concrete_fields if isinstance(field, models.ForeignKey)]
        names.sort(key=lambda name: name != f"{left._meta.model_name}_id")
        if left in keys and right in keys:
            count = min(most, 400 if left is GroupPolicy else most)
            lefts, rights = keys[left], keys[right]
            rows = (
                through(**{names[0]: lefts[n % len(lefts)], names[1]: rights[(n * 7) % len(rights)]})
                for n in range(count)
            )
            for batch in _batches(rows):
                models.QuerySet(through).bulk_create(batch, batch_size=500, ignore_conflicts=True)


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(itertools.islice(rows, BATCH)):
        yield batch
