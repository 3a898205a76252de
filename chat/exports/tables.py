"""Tables for spreadsheets: CSV that Excel opens as it is, and that runs no formula of somebody else's."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.db.models import Q, QuerySet

from aihelper.lib.tables import MARK, cell, lines
from chat.models import UsageRecord
from chat.presenters import moment, price
from chat.selectors import usage

ROWS = 2000
COLUMNS = (
    "create_time", "username", "kind", "model_id", "provider_name", "key_label", "state", "error_code",
    "prompt_tokens", "completion_tokens", "cost", "currency", "first_token_ms", "duration_ms", "message_id",
)  # fmt: skip
# What an export can be narrowed by.
FILTERS = ("username", "kind", "model_id", "provider_name", "state")


def ledger(
    rows: QuerySet[UsageRecord], start: date | None, end: date | None, filters: Mapping[str, str]
) -> Iterator[bytes]:
    """Of these lines of the ledger those of the days, oldest first, in pieces of text; there may be any number.

    `filters`: of FILTERS, by what is exactly so.
    """
    rows = usage.in_days(start, end, rows).filter(**{name: filters[name] for name in FILTERS if filters.get(name)})
    yield (MARK + lines([COLUMNS])).encode()
    for batch in _batches(rows):
        yield lines([_cells(row) for row in batch]).encode()


def _batches(rows: QuerySet[UsageRecord]) -> Iterator[list[UsageRecord]]:
    """All rows by time; each batch goes on where the one before ended, whatever was written meanwhile."""
    after = rows
    while batch := list(after.order_by("create_time", "pk")[:ROWS]):
        yield batch
        last = batch[-1]
        later = Q(create_time__gt=last.create_time) | Q(pk__gt=last.pk)
        after = rows.filter(later, create_time__gte=last.create_time)


def _cells(row: UsageRecord) -> list[str]:
    written = {"create_time": moment(row.create_time), "cost": price(row.cost)}
    # A number is none to be guarded, and a price is a number.
    return [written[name] or "" if name in written else cell(getattr(row, name)) for name in COLUMNS]
