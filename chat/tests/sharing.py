"""A chat for the tests of shared links, and links to it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from chat.models import Document, Session, Share
from chat.services import shares
from chat.services.shares import ShareChanges
from chat.tests import make

URL = "/api/shares"
UNKNOWN = "A" * 32


def chat_of(alice: User) -> Session:
    """A chat with a secret role, a thinking model and a branch that is not on show."""
    make.offered_model()
    role = make.role("spy", system_prompt="A secret prompt", owner=alice)
    session = make.session(alice, title="Greetings", role=role, update_time=timezone.now() - timedelta(hours=1))
    question = make.add(session, None, "Hello <b>there</b>?")
    document = Document.objects.create(
        user=alice, name="notes.txt", media_type="text/plain", size=3, chars=3, sha256="0", content="A secret text"
    )
    question.documents.add(document)
    make.add(session, question, "Another branch", model_id="model-1")
    make.add(
        session,
        question,
        "**Hi!**",
        reasoning="A secret thought",
        reasoning_ms=12_000,
        model_id="model-1",
        provider_name="upstream",
    )
    return session


def link_to(chat: Session, audience: str = "public", **fields: Any) -> Share:
    return shares.share(chat.user, chat.session_id, ShareChanges(audience=audience, **fields))[0]


def body_of(response: Any) -> str:
    text: str = response.content.decode()
    return text
