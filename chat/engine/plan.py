"""What a run has to know before it asks a model. Read in one go, synchronously, when the run is claimed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models.functions import Substr
from django.utils import timezone

from chat.engine import prompt
from chat.models import Document, Generation, Message
from chat.models.generation import GenerationKind
from chat.models.message import MessageRole, MessageStatus
from providers import registry
from providers.events import ChatMessage, ChatRequest
from providers.models import ModelConfig
from providers.wire.retry import Candidate

# A session's first question is 1. Later answers, also to the same question, find the session named.
FIRST_ANSWER_SEQ = 2
HISTORY_SLICE = 50


@dataclass(slots=True)
class Plan:
    """A claimed generation with all that its run needs: what to ask, and whom, in order."""

    generation: Generation
    system: str
    history: list[ChatMessage]
    parameters: dict[str, object]
    models: Sequence[ModelConfig]
    is_first_exchange: bool
    _by_label: dict[str, ModelConfig] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_label = {model.provider.name: model for model in self.models}

    def model(self, label: str) -> ModelConfig:
        """The model behind a candidate's label."""
        return self._by_label[label]

    def request_for(self, candidate: Candidate) -> ChatRequest:
        """The request that fits this candidate's window."""
        model = self.model(candidate.label)
        messages = prompt.fit(
            self.system, self.history, context_window=model.context_window, reply_tokens=model.max_tokens
        )
        return ChatRequest(
            model=candidate.model,
            messages=messages,
            max_tokens=model.max_tokens,
            parameters={**model.parameters, **self.parameters},
        )


def claim(generation_id: str, owner: str) -> Plan | None:
    """Take a queued generation for this process and read what it needs; None when it is not there to be taken.

    Raises NotFound of the registry when its model is not offered any more; the generation is claimed then.
    """
    with transaction.atomic():
        taken = Generation.objects.filter(id=generation_id, owner=owner, state=MessageStatus.QUEUED).update(
            state=MessageStatus.RUNNING, heartbeat_at=timezone.now()
        )
        if not taken:
            return None
        Message.objects.filter(generation=generation_id).update(status=MessageStatus.RUNNING)
    return None if (generation := load(generation_id)) is None else _plan(generation)


def load(generation_id: str) -> Generation | None:
    """A generation with its message, session, role and user in one query."""
    rows = Generation.objects.select_related("message__session__role", "user")
    return rows.filter(id=generation_id).first()


def _plan(generation: Generation) -> Plan:
    message = generation.message
    session = message.session
    models = registry.resolve(message.model_id, generation.user)
    window = max(model.context_window or prompt.DEFAULT_CONTEXT_WINDOW for model in models)
    role = session.role
    return Plan(
        generation=generation,
        system=_system(generation),
        history=_history(generation, window),
        parameters=dict(role.parameters) if role else {},
        models=models,
        is_first_exchange=message.seq == FIRST_ANSWER_SEQ,
    )


def prompt_tokens(generation: Generation, model: ModelConfig | None) -> int:
    """About how many tokens a model is sent for an answer: the role, and the branch with what is attached to it."""
    window = (model.context_window if model else None) or prompt.DEFAULT_CONTEXT_WINDOW
    reply = model.max_tokens if model else None
    sent = prompt.fit(_system(generation), _history(generation, window), context_window=window, reply_tokens=reply)
    return sum(prompt.estimate_tokens(message.content) + prompt.MESSAGE_OVERHEAD_TOKENS for message in sent)


def _system(generation: Generation) -> str:
    role = generation.message.session.role
    return str(role.text("system_prompt", generation.user.locale)) if role else ""


def _history(generation: Generation, window: int) -> list[ChatMessage]:
    history = read_history(generation.message, window)
    if generation.kind == GenerationKind.CONTINUE:
        ending = prompt.ending(generation.message.content, window // 2)
        history += [ChatMessage("assistant", ending), ChatMessage("user", prompt.CONTINUE_PROMPT)]
    return history


def read_history(message: Message, window: int) -> list[ChatMessage]:
    """The branch before a message, oldest first, without answers that have no text; at most about `window` tokens.

    The session's skeleton in one query, then the texts from the newest on in slices, until they fill the window:
    a long session costs no more memory than a short one.
    """
    rows = Message.objects.filter(session_id=message.session_id).values_list("pk", "parent_id")
    parents: dict[int, int | None] = dict(rows)
    branch: list[int] = []
    current = message.parent_id
    while current is not None and len(branch) * prompt.MESSAGE_OVERHEAD_TOKENS < window:
        branch.append(current)
        current = parents.get(current)
    history: list[ChatMessage] = []
    tokens = 0
    for start in range(0, len(branch), HISTORY_SLICE):
        part = branch[start : start + HISTORY_SLICE]
        entries = Message.objects.filter(pk__in=part).values_list("pk", "role", "content")
        texts = {pk: (role, content) for pk, role, content in entries}
        attached = _attached(part, window - tokens)
        for pk in part:
            role, content = texts.get(pk, ("", ""))
            tokens += prompt.estimate_tokens(content)
            documents = attached.get(pk, ())
            tokens += sum(prompt.estimate_tokens(document.text) for document in documents)
            if role == MessageRole.USER and (content or documents):
                history.append(prompt.Question("user", content, documents))
            elif content:
                history.append(ChatMessage("assistant", content))
        if tokens > window:
            break
    return history[::-1]


def _attached(messages: list[int], room: int) -> dict[int, tuple[prompt.Attached, ...]]:
    """What is attached to these messages (newest first), by message; texts only until they fill `room` tokens.

    Two queries, and in memory never much more than the window holds.
    """
    links = Message.documents.through.objects.filter(message_id__in=messages).order_by("document_id")
    found: dict[int, list[tuple[int, str, int]]] = {}
    for message_id, pk, name, chars in links.values_list(
        "message_id", "document_id", "document__name", "document__chars"
    ):
        found.setdefault(message_id, []).append((pk, name, chars))
    # Not more characters than tokens would need at the least for each.
    most, wanted = 4 * max(room, 0), set[int]()
    for message_id in messages:
        for pk, _name, chars in reversed(found.get(message_id, ())):
            if most > 0:
                wanted.add(pk)
                most -= chars
    rows = Document.objects.filter(pk__in=wanted).annotate(begin=Substr("content", 1, max(4 * room, 1)))
    texts = dict(rows.values_list("pk", "begin")) if wanted else {}
    return {
        message_id: tuple(prompt.Attached(name, texts.get(pk, ""), chars) for pk, name, chars in documents)
        for message_id, documents in found.items()
    }
