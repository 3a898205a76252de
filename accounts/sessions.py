"""Browser sessions, known to the database only by a digest of their key.

Whoever reads the table (a backup, a curious administrator) cannot speak for anybody with it, and a sign-in that is
to be ended is found by what is stored of it. See docs/decisions/session-keys-as-digests.md.
"""

import hashlib
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone


def stored_key(key: str) -> str:
    """What stands in the table for the key of a cookie: 160 bits of its SHA-256, as many as the column takes."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """Django's own, with digests where it keeps keys. `session_key` is the cookie's, as always."""

    def exists(self, session_key: str) -> bool:
        """Whether there is a session of that key."""
        return super().exists(stored_key(session_key))

    async def aexists(self, session_key: str) -> bool:
        """Likewise."""
        return await super().aexists(stored_key(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row to be stored."""
        return _digested(super().create_model_instance(data))

    async def acreate_model_instance(self, data: dict[str, Any]) -> Any:
        """Likewise."""
        return _digested(await super().acreate_model_instance(data))

    def delete(self, session_key: str | None = None) -> None:
        """End the session of that key, or this one."""
        key = session_key or self.session_key
        if key:
            self.model.objects.filter(session_key=stored_key(key)).delete()

    async def adelete(self, session_key: str | None = None) -> None:
        """Likewise."""
        key = session_key or self.session_key
        if key:
            await self.model.objects.filter(session_key=stored_key(key)).adelete()

    def _get_session_from_db(self) -> Any:
        row = self._rows().first()
        if row is None:
            self._session_key = None
        return row

    async def _aget_session_from_db(self) -> Any:
        row = await self._rows().afirst()
        if row is None:
            self._session_key = None
        return row

    def _rows(self) -> Any:
        return self.model.objects.filter(session_key=stored_key(self.session_key or ""), expire_date__gt=timezone.now())


def _digested(row: Any) -> Any:
    row.session_key = stored_key(row.session_key)
    return row
