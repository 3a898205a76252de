"""Cursors of lists: the sort key of the last row, opaque to clients, checked when it comes back."""

import base64
import binascii
import json
from datetime import datetime
from typing import NamedTuple, Self

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from aihelper.lib.errors import AppError

MAX_CHARS = 200
_MAX_PK = 2**63 - 1


class SessionCursor(NamedTuple):
    """Where a page of sessions ended."""

    pinned: bool
    update_time: datetime
    pk: int

    def encode(self) -> str:
        """The cursor as text that stands in a URL without escaping."""
        text = json.dumps([int(self.pinned), self.update_time.isoformat(), self.pk])
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read a cursor that a client sent back. Raises AppError (invalid_cursor) for anything else."""
        try:
            if len(text) > MAX_CHARS:
                raise ValueError("too long")
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            pinned, moment, pk = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            update_time = parse_datetime(moment)
            if pinned not in (0, 1) or type(pk) is not int or not 0 < pk <= _MAX_PK:
                raise ValueError("not ours")
            if update_time is None or update_time.tzinfo is None:
                raise ValueError("no moment in UTC")
        except (ValueError, TypeError, RecursionError, binascii.Error) as error:
            raise AppError(_("This cursor is not valid. Load the list anew."), code="invalid_cursor") from error
        return cls(bool(pinned), update_time, pk)
