"""Who is told a secret, where, and why that is no leak. Everything else is one."""

import re
from typing import NamedTuple


class Told(NamedTuple):
    """Where a line of what was heard begins so, secrets of this kind may stand in it."""

    where: re.Pattern[str]
    kinds: frozenset[str]
    reason: str


def _told(where: str, kinds: str, reason: str) -> Told:
    return Told(re.compile(where), frozenset(kinds.split(", ")), reason)


TOLD: tuple[Told, ...] = (
    _told(r"POST /api/(login|token|token/refresh|user/password)$", "token", "a program is given its tokens here"),
    _told(r"POST /api/ws-ticket$", "token", "the ticket for a socket, which was asked for"),
    _told(r"POST /admin/accounts/invitation/add/$", "token", "who invites is shown the link, this once"),
    _told(r"POST /admin/accounts/user/$", "token", "links for who was chosen are shown, this once"),
    _told(r"POST /admin/accounts/user/import/$", "token", "who adds people saves the links for them, this once"),
    _told(r"mail$", "token", "who is invited is sent the link"),
)


def at(where: str) -> frozenset[str]:
    """The kinds of secrets that may be told there."""
    return frozenset().union(*(each.kinds for each in TOLD if each.where.match(where)))
