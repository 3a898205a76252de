"""Telling a person's browsers that an answer is ready, when nobody is looking at it.

Whoever looks at a chat clears its `unread` mark at once, on whatever server: a mark that is still there a moment after
the end means that nobody does. Short answers are told only to people with no tab open here. Nothing waits for this,
and nothing of it is kept: a message that a push service does not take in a few tries is given up.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import SiteSettings
from aihelper.lib import net, webpush
from aihelper.lib.db import run_db
from chat.models import Generation, PushSubscription
from chat.models.message import MessageStatus

if TYPE_CHECKING:
    from chat.engine.supervisor import Supervisor

log = structlog.get_logger(__name__)

# The tab that shows the chat has cleared its mark by then.
LOOK_SECONDS = 3.0
LONG_SECONDS = 10.0
POST_SECONDS = 15.0
RETRY_SECONDS = (2.0, 10.0)
TTL_SECONDS = 24 * 3600
# The service disowned it; after so many other refusals in a row it is taken for dead as well.
GONE = {404, 410}
MAX_FAILURES = 5

# Sends one message; returns the status, and raises OSError or TimeoutError when there was no answer.
Post = Callable[[str, bytes, dict[str, str]], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to one browser."""

    subscription_id: int
    endpoint: str
    body: bytes
    topic: str


class Notifier:
    """Sends what is due after the end of an answer. `post` and `look_seconds` are for tests."""

    def __init__(self, supervisor: "Supervisor", post: Post | None = None, look_seconds: float = LOOK_SECONDS) -> None:
        self._supervisor = supervisor
        self._post = post or _post
        self._look_seconds = look_seconds

    async def ended(self, generation_id: str, user_id: int) -> None:
        """Tell the person's browsers, if nobody looks."""
        await asyncio.sleep(self._look_seconds)
        messages = await run_db(_due, generation_id, self._supervisor.feed.listens(user_id))
        await asyncio.gather(*(self._send(message) for message in messages))

    async def _send(self, message: Message) -> None:
        status = 0
        for pause in (*RETRY_SECONDS, None):
            status = await self._try(message)
            if pause is None or (0 < status < 500 and status != 429):
                break
            await asyncio.sleep(pause)
        await run_db(_settle, message.subscription_id, status)

    async def _try(self, message: Message) -> int:
        """The status, or 0 when nobody answered."""
        headers = {
            "Authorization": webpush.authorization(
                message.endpoint, settings.VAPID_KEY, settings.VAPID_CONTACT, time.time()
            ),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL_SECONDS),
            "Topic": message.topic,
            "Urgency": "normal",
        }
        try:
            async with asyncio.timeout(POST_SECONDS):
                return await self._post(message.endpoint, message.body, headers)
        except Exception as error:  # noqa: BLE001 - whatever a push service does, it concerns nobody else
            log.info("push.failed", error=type(error).__name__)
            return 0


async def _post(endpoint: str, body: bytes, headers: dict[str, str]) -> int:
    client = net.client(allowed_private=settings.PUSH_PRIVATE_HOSTS)
    # Its answer's body is not read: it could be of any length.
    async with client.stream("POST", endpoint, content=body, headers=headers) as response:
        return int(response.status_code)


def _due(generation_id: str, has_tabs: bool) -> list[Message]:
    """The messages to send; none when somebody has looked, or wants to hear nothing."""
    run = Generation.objects.select_related("user", "message__session").filter(id=generation_id).first()
    if run is None or run.state != MessageStatus.COMPLETED or run.end_time is None:
        return []
    session, user = run.message.session, run.user
    is_short = (run.end_time - run.create_time).total_seconds() < LONG_SECONDS
    if session.deleted_at is not None or not session.unread or (is_short and has_tabs):
        return []
    if not (user.is_active and user.is_approved) or user.preferences.get("push") is False:
        return []
    with translation.override(user.locale or settings.LANGUAGE_CODE):
        named = user.preferences.get("push_title") is not False and session.title
        text = {
            "title": named or SiteSettings.load().site_name,
            "body": _("Your answer is ready."),
            "path": f"/c/{session.session_id}",
        }
    payload = json.dumps(text, ensure_ascii=False).encode()
    # A newer message about the same chat takes the place of one that was not delivered yet.
    topic = webpush.encode(sha256(session.session_id.encode()).digest()[:24])
    return [
        Message(row.pk, row.endpoint, webpush.encrypt(payload, row.p256dh, row.auth), topic)
        for row in PushSubscription.objects.filter(user=user)
    ]


def _settle(subscription_id: int, status: int) -> None:
    """Count what came of it, and forget a browser that is not there any more."""
    rows = PushSubscription.objects.filter(pk=subscription_id)
    if status in GONE:
        rows.delete()
    elif 200 <= status < 300:
        rows.filter(failures__gt=0).update(failures=0)
    else:
        rows.update(failures=F("failures") + 1)
        rows.filter(failures__gte=MAX_FAILURES).delete()
