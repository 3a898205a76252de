"""People and chats by the thousand, written straight into a database: what a backup is measured with.

    python -m aihelper.tests.operations.seed SESSIONS MESSAGES

in the environment of the installation that is to be filled.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

PEOPLE = 20
START = datetime(2026, 1, 31, 23, 59, 59, 123456, tzinfo=UTC)
TEXT = "一段话：naïve café, \U0001f600 ' \" \\ \u2028 %s\ttab\nline. "
KEY = "sk-canary-7f3a9c51d2e84b60a1"


def fill(sessions: int, messages: int) -> None:
    """Write so many sessions with so many messages in all, and a few rows of most other things."""
    from django.db import transaction

    with transaction.atomic():
        people = _people()
        made = _sessions(people, sessions)
        _messages(made, messages)
        _others(people, made)


def _people() -> list[Any]:
    from django.contrib.auth.models import Group, Permission

    from accounts.models import User

    # One password for all: hashing it takes time.
    first = User.objects.create_superuser("root", password="correct horse 1")
    rows = [User(username=f"用户{n}", username_key=f"用户{n}", password=first.password) for n in range(1, PEOPLE)]
    for row in rows:
        row.preferences = {"z": [1, 2.5, None], "a": {"é": True}}
    User.objects.bulk_create(rows)
    group = Group.objects.create(name="老师")
    group.permissions.set(Permission.objects.order_by("-pk")[:3])
    people = list(User.objects.order_by("pk"))
    group.user_set.set(people[:5])
    return people


def _sessions(people: list[Any], count: int) -> list[Any]:
    from chat.models import Folder, Session

    folder = Folder.objects.create(user=people[0], name="Ablage", emoji="🗂️")
    rows = (
        Session(
            user=people[n % len(people)],
            title=f"会话 {n}",
            folder=folder if n % len(people) == 0 else None,
            create_time=START + timedelta(seconds=n),
        )
        for n in range(count)
    )
    for batch in _batches(rows):
        Session.objects.bulk_create(batch)
    return list(Session.objects.order_by("pk").only("pk", "user_id", "last_seq"))


def _messages(sessions: list[Any], count: int) -> None:
    from chat.models import Message

    def rows() -> Iterator[Message]:
        for n in range(count):
            session = sessions[n % len(sessions)]
            yield Message(
                session_id=session.pk,
                user_id=session.user_id,
                seq=n // len(sessions) + 1,
                role="user" if n % 2 == 0 else "assistant",
                content=f"{n} {TEXT * (1 + n % 12)}",
                cost=Decimal(n) / 10**8,
                currency="CNY",
                create_time=START + timedelta(microseconds=n),
            )

    for batch in _batches(rows()):
        Message.objects.bulk_create(batch)
    pairs = dict(Message.objects.order_by("session_id", "seq").values_list("session_id", "pk"))
    for session in sessions:
        session.current_message_id = pairs.get(session.pk)
    type(sessions[0]).objects.bulk_update(sessions, ["current_message"], batch_size=500)


def _others(people: list[Any], sessions: list[Any]) -> None:
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from chat.models import Document, Generation, GenerationChunk, Message, Share, UsageRecord
    from providers import services

    first = Message.objects.order_by("pk")[:2]
    text = Document.objects.create(
        user=people[0], name="表.md", media_type="text/markdown", size=9, chars=3, sha256="0" * 64, content=TEXT * 5000
    )
    first[0].documents.add(text)
    run = Generation.objects.create(message=first[1], user=people[0], segments=[["content", 3]], state="completed")
    GenerationChunk.objects.create(generation=run, start=0, kind="content", text=TEXT)
    Share.objects.create(user=people[0], session=sessions[0], snapshot={"messages": [{"b": 1, "a": TEXT}]})
    UsageRecord.objects.create(user=people[1], username="alt", model_id="big", state="completed", cost=Decimal("1.5"))
    services.create_provider(name="Example", base_url="https://api.example.com/v1", api_key=KEY)
    default_storage.save("avatars/one.webp", ContentFile(b"\x00\x01picture" * 1000))


def _batches(rows: Iterator[Any]) -> Iterator[Any]:
    while batch := list(islice(rows, 500)):
        yield batch


if __name__ == "__main__":
    import django

    from aihelper.lib import environment

    environment.prepare()
    django.setup()
    fill(int(sys.argv[1]), int(sys.argv[2]))
