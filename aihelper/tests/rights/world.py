"""Who asks, and what they ask about: fresh people and their things for each cell of the table of rights."""

import itertools
import re
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.announcements.models import Announcement
from accounts.audit import log
from accounts.audit.models import What
from accounts.budgets import ledger, top_up
from accounts.budgets.models import Budget
from accounts.holds.change import hold_person
from accounts.invitations import giving
from accounts.invitations.models import MAX_USES
from accounts.models import SignIn, SiteSettings, User
from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import ORIGIN, Headers
from aihelper.lib.testing.plugin import PASSWORD
from chat.models import (
    BlockedWord,
    ChatImport,
    Document,
    Draft,
    Folder,
    Generation,
    Message,
    Prompt,
    Role,
    Session,
    Share,
    UsageRecord,
    WordWarning,
)
from chat.services import documents
from chat.tests import make
from providers import services as providers
from providers.models import ModelConfig, Provider

UNKNOWN_UUID = make.UNKNOWN_ID
UNKNOWN_NUMBER = 2**53 - 1
PROVIDER_KEY = "sk-canary-of-the-matrix-91c0aa"
CSRF = "a" * 32
PUSH_ENDPOINT = "https://push.example.net/send/of-the-matrix"
PUSH_KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}
# A private link of the owner's: who else has its address may not know that it exists.
EMPTY_SHARED: dict[str, Any] = {"attachments": [], "create_time": "2026-11-21T02:56:05.622Z"}

# The columns of the table: who asks, and how they are signed in.
COLUMNS = ("anonymous", "owner", "owner_token", "other", "admin", "off", "off_token")


@dataclass
class World:
    """The owner's things, and who asks for them. `refresh` is a refresh token of who asks, `body` words for bodies."""

    owner: User
    asker: User
    headers: Headers
    refresh: str
    session: Session
    question: Message
    answer: Message
    generation: Generation
    avatar: str
    share: Share
    folder: Folder
    sign_in: SignIn
    document: Document
    prompt: Prompt
    role: Role
    chat_import: ChatImport
    announcement: Announcement
    invitation: str

    def things(self) -> dict[str, Any]:
        """What stands for the parameters of routes, and for the ids in bodies."""
        return {
            "session_id": self.session.session_id,
            "message_id": self.answer.pk,
            "question_id": self.question.pk,
            "generation_id": self.generation.id,
            "name": self.avatar,
            "size": 192,
            "kind": "diagram",
            "token": self.share.token,
            "folder_id": self.folder.folder_id,
            "sign_in_id": self.sign_in.pk,
            "document_id": self.document.document_id,
            "prompt_id": self.prompt.prompt_id,
            "slug": self.role.slug,
            "import_id": self.chat_import.import_id,
            "announcement_id": self.announcement.pk,
        }


class Worlds:
    """A world for each column, which serves until something in it has changed, or may have."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[World, str]] = {}

    async def of(self, column: str) -> World:
        """The world of the column as it was built."""
        if column not in self._kept:
            about = await run_db(build, column)
            self._kept[column] = about, await run_db(digest, about.owner)
        return self._kept[column][0]

    async def has_changed(self, column: str) -> bool:
        """Whether anything is stored otherwise now; then the next world of the column is a new one."""
        about, before = self._kept[column]
        if await run_db(digest, about.owner) == before:
            return False
        self.spend(column)
        return True

    def spend(self, column: str) -> None:
        """The next world of the column is a new one: what was asked was let through, and may have changed it."""
        del self._kept[column]


def build(column: str) -> World:
    """Make the owner with a finished conversation, and who asks."""
    owner = person()
    session = make.session(owner, title="A title of the owner's")
    question = make.add(session, None, "A question of the owner's")
    answer = make.add(session, question, "An answer for the owner", status="completed", model_id="model-1")
    generation = Generation.objects.create(
        message=answer, user=owner, state="completed", owner="elsewhere", segments=[["content", 23]], offset=23
    )
    snapshot = {"messages": [{"role": "user", "content": question.content, "status": "completed", **EMPTY_SHARED}]}
    share = Share.objects.create(user=owner, session=session, snapshot=snapshot)
    avatar = str(uuid.uuid4())
    default_storage.save(f"avatars/{avatar}.webp", ContentFile(b"RIFF"))
    default_storage.save(f"site/{avatar}.webp", ContentFile(b"RIFF"))
    document = documents.create(owner, "words.txt", "A document of the owner's")
    role = Role.objects.create(
        owner=owner, slug=f"own-{uuid.uuid4().hex}", name="Mine", system_prompt="A secret of the owner's"
    )
    chat_import = ChatImport.objects.create(user=owner, file_name="of-the-owners.json")
    prompt = Prompt.objects.create(owner=owner, command="words", title="Words", text="A prompt of the owner's")
    asker = {"other": person, "admin": lambda: person(admin=True)}.get(column, lambda: owner)()
    if column.startswith("off"):
        asker = person()
    headers, refresh = credentials(asker, column)
    if column.startswith("off"):
        # The row alone: what was issued before is still there, and must be refused for what it is.
        User.objects.filter(pk=asker.pk).update(is_active=False)
    folder = make.folder(owner, "A folder of the owner's")
    sign_in = SignIn.objects.create(user=owner, kind="program", name_hash=tokens.issue(owner).family.hex)
    return World(
        owner=owner,
        asker=asker,
        headers=headers,
        refresh=refresh,
        session=session,
        question=question,
        answer=answer,
        generation=generation,
        avatar=avatar,
        share=share,
        folder=folder,
        sign_in=sign_in,
        document=document,
        prompt=prompt,
        role=role,
        chat_import=chat_import,
        announcement=Announcement.objects.create(text="Words for everybody"),
        invitation=giving.invite(by=None, groups=[], max_uses=MAX_USES).token,
    )


def person(*, admin: bool = False) -> User:
    """Somebody new."""
    make_user = User.objects.create_superuser if admin else User.objects.create_user
    return make_user(username=f"p{uuid.uuid4().hex[:16]}", password=PASSWORD)


def credentials(user: User, column: str) -> tuple[Headers, str]:
    """The headers that prove who it is, as a browser's own page or a program sends them; and a refresh token."""
    pair = tokens.issue(user)
    if column.endswith("token"):
        return {"authorization": f"Bearer {pair.access}"}, pair.refresh
    cookies = [f"{settings.CSRF_COOKIE_NAME}={CSRF}"]
    if column != "anonymous":
        client = Client()
        client.force_login(user)
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    page = {"x-csrftoken": CSRF, "origin": ORIGIN, "sec-fetch-site": "same-origin"}
    return {"cookie": "; ".join(cookies), **page}, pair.refresh


def offer_a_model() -> Provider:
    """A provider whose key must not be seen anywhere, with one model."""
    provider = providers.create_provider(
        name="upstream", base_url="https://models.example.com/v1", api_key=PROVIDER_KEY
    )
    ModelConfig.objects.create(provider=provider, model_id="model-1", model_name="Model 1")
    return provider


def rows_of_the_administration() -> dict[str, Any]:
    """One row of each model that Django admin shows, by the name of its routes."""
    world = build("owner")
    provider = Provider.objects.filter(is_demo=False)[0]
    budget = Budget.objects.create(name="budget", limit=1_000_000, user=world.owner)
    counter = ledger.counter_of(budget, world.owner.pk, timezone.now())
    return {
        "accounts/announcement": world.announcement.pk,
        "accounts/budget": budget.pk,
        "accounts/budgetcounter": counter.pk,
        "accounts/hold": hold_person(person(), reason="why", by=None).pk,
        "accounts/topup": top_up.add(budget, amount=Decimal(1), reason="why", by=world.owner).pk,
        "accounts/auditentry": log.note(What.SIGNED_OUT, person=world.owner, by=None).pk,
        "auth/group": Group.objects.create(name="group").pk,
        "accounts/user": world.owner.pk,
        "accounts/signin": world.sign_in.pk,
        "accounts/invitation": giving.password_links([world.owner], by=None)[world.owner.pk].invitation.pk,
        "accounts/sitesettings": SiteSettings.load().pk,
        "providers/provider": provider.pk,
        "providers/modelconfig": provider.models.all()[0].pk,
        "chat/session": world.session.pk,
        "chat/folder": world.folder.pk,
        "chat/chatimport": world.chat_import.pk,
        "chat/generation": world.generation.pk,
        "chat/usagerecord": UsageRecord.objects.create(user=world.owner, username="somebody", model_id="model-1").pk,
        "chat/share": world.share.pk,
        "chat/ratedanswer": make.chain(make.session(world.owner), ["q", "a"], rating=1)[1].pk,
        "chat/role": world.role.pk,
        "chat/document": world.document.pk,
        "chat/prompt": Prompt.objects.create(command="shared", title="Shared", text="For everybody").pk,
        "chat/blockedword": BlockedWord.objects.create(word="bad").pk,
        "chat/wordwarning": WordWarning.objects.create(user=world.owner, word="rude", message_id=1).pk,
    }


def filled(route: str, things: dict[str, Any]) -> str:
    """A route with its parameters in place, as a path."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(things[match[1]]), route)


def digest(user: User) -> str:
    """All that is stored of a person's chats: it must not change when somebody is refused."""
    models = (Session, Message, Generation, Share, Folder, Document, Draft)
    rows: list[Any] = [list(model._default_manager.filter(user=user).order_by("pk").values()) for model in models]
    # The search notes on its own what it has read.
    for row in itertools.chain(*rows):
        row.pop("indexed", None)
    rows.append(list(Prompt.objects.filter(owner=user).order_by("pk").values_list()))
    return repr(rows)
