"""Titles: first made from the question, then, after the first exchange, by the model. Never over a manual one."""

import re
import time
from contextlib import aclosing
from typing import TYPE_CHECKING

import structlog
from django.db import DatabaseError
from django.utils import timezone

from aihelper.lib.db import run_db
from aihelper.lib.tracing import NOTHING, Span
from chat.engine import meters, spending
from chat.engine.calls import Calls, Ending
from chat.engine.plan import Plan
from chat.engine.prompt import Question
from chat.models import Message, Session
from chat.models.message import MessageStatus
from chat.models.usage import UsageKind
from providers import registry
from providers.errors import ProviderError
from providers.events import ChatMessage, ChatRequest, Served, TextDelta, Tried, Usage
from providers.wire.retry import Candidate, stream_with_retry

if TYPE_CHECKING:
    from chat.engine.supervisor import Supervisor

log = structlog.get_logger(__name__)

MAX_TITLE_CHARS = 60
EXCERPT_CHARS = 1500
# Enough for a reasoning model to think briefly first.
TITLE_TOKENS = 512
_ORNAMENTS = " \t*_`\"'“”‘’「」《》"
PROMPT = (
    "Write a title for this conversation: at most six words (twelve characters in Chinese), in the language of the "
    "question, without quotation marks and without a full stop. Answer with the title only."
)


def from_question(question: str) -> str:
    """The first title: the question's first line with words in it, without markup, cut at a word."""
    line = next((line for line in question.splitlines() if re.search(r"\w", line)), question)
    return shorten(re.sub(r"^[\s#>*\-`]+", "", line))


def shorten(text: str) -> str:
    """One line of at most MAX_TITLE_CHARS characters."""
    text = " ".join(text.split())
    if len(text) <= MAX_TITLE_CHARS:
        return text
    cut = text[: MAX_TITLE_CHARS - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[MAX_TITLE_CHARS // 2 :] else cut) + "…"


def clean(answer: str) -> str:
    """A model's answer as a title: its first line without quotes, markup, "Title:" and the final stop."""
    line = next((line for line in answer.splitlines() if re.search(r"\w", line)), "")
    line = re.sub(r"^\s*(#+|title\s*[:：]|标题\s*[:：])\s*", "", line, flags=re.IGNORECASE)
    return shorten(line.strip(_ORNAMENTS).rstrip(".。").strip(_ORNAMENTS))


async def make(plan: Plan, supervisor: "Supervisor", span: Span = NOTHING) -> None:
    """Ask the model that answered for a title, and store it if nobody has named the session meanwhile.

    `span` is the answer's, which the title's is a part of, though it comes after its end.
    """
    messages = await run_db(_messages, plan)
    if messages is None:
        return
    own = span.child("chat.title", generation_id=plan.generation.id)
    code = "internal_error"
    try:
        code = await _ask(plan, supervisor, messages, own)
    finally:
        own.end(code)


async def _ask(plan: Plan, supervisor: "Supervisor", messages: tuple[ChatMessage, ...], span: Span) -> str:
    """`make`, when there is something to ask. Returns the code of why it failed, or an empty text."""
    started = time.monotonic()
    answer: list[str] = []
    usage: Usage | None = None
    calls, code = Calls(span), ""

    def request_for(candidate: Candidate) -> ChatRequest:
        return ChatRequest(model=candidate.model, messages=messages, max_tokens=TITLE_TOKENS)

    try:
        candidates = await run_db(
            registry.candidates, plan.models, health=supervisor.health, client_factory=supervisor.client_factory
        )
        async with aclosing(stream_with_retry(candidates, calls.noting(request_for), overtake=False)) as events:
            async for event in events:
                match event:
                    case TextDelta(text):
                        answer.append(text)
                    case Usage():
                        usage = event
                    case Tried() | Served():
                        calls.ended(event)
        state = MessageStatus.COMPLETED
    except ProviderError as error:
        # The title made from the question stays; that is no reason to trouble anybody.
        log.info("title.failed", code=error.code)
        state, code = MessageStatus.FAILED, error.code
    finally:
        calls.close(code)
    ending = Ending(state.value, round((time.monotonic() - started) * 1000), code, usage=usage)
    try:
        await run_db(_count, plan, calls, ending)
        if title := clean("".join(answer)):
            await run_db(_store, plan.generation.message.session_id, title)
            supervisor.poke(plan.generation.user_id)
    except DatabaseError as error:
        log.warning("title.lost", error=type(error).__name__)
    return code


def _count(plan: Plan, calls: Calls, ending: Ending) -> None:
    lines = calls.lines(plan.generation, plan.model, ending, UsageKind.TITLE)
    spending.save_extra(lines)
    meters.called(plan.generation.message.model_id, lines)


def _messages(plan: Plan) -> tuple[ChatMessage, ...] | None:
    """What to ask; None when the conversation was deleted meanwhile."""
    answer = Message.objects.values_list("content", flat=True).filter(pk=plan.generation.message_id).first()
    if answer is None:
        return None
    first = plan.history[0]
    question = first.content
    if isinstance(first, Question) and not question:
        question = first.documents[0].text
    excerpt = f"Question:\n{question[:EXCERPT_CHARS]}\n\nAnswer:\n{answer[:EXCERPT_CHARS]}"
    return (ChatMessage("system", PROMPT), ChatMessage("user", excerpt))


def _store(session_pk: int, title: str) -> None:
    # changed_at only: a title does not move a session up the list.
    Session.objects.filter(pk=session_pk, title_is_manual=False).update(title=title, changed_at=timezone.now())
