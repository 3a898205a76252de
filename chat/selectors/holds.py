"""What of the chats is under legal hold (accounts.holds)."""

from typing import TypeVar

from django.db.models import QuerySet

from accounts.holds import rules
from accounts.models import User
from chat.models import Session

Row = TypeVar("Row")


def not_held(rows: "QuerySet[Session, Row]") -> "QuerySet[Session, Row]":
    """Without the chats that may not be destroyed."""
    return rows.exclude(rules.session())


def held(rows: "QuerySet[Session, Row]") -> "QuerySet[Session, Row]":
    """Only those."""
    return rows.filter(rules.session())


def demand_session(user: User, session: Session) -> None:
    """Raises Forbidden (kept) for a chat of which nothing may be destroyed."""
    rules.demand(user, session.session_id)
