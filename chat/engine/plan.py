"""What a run has to know before it asks a model. Read in one go, synchronously, when the run is claimed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from chat.engine import prompt
from chat.models import Generation, Message
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
    history = read_history(message, window)
    if generation.kind == GenerationKind.CONTINUE:
        ending = prompt.ending(message.content, window // 2)
        history += [ChatMessage("assistant", ending), ChatMessage("user", prompt.CONTINUE_PROMPT)]
    role = session.role
    return Plan(
        generation=generation,
        system=str(role.text("system_prompt", generation.user.locale)) if role else "",
        history=history,
        parameters=dict(role.parameters) if role else {},
        models=models,
        is_first_exchange=message.seq == FIRST_ANSWER_SEQ,
    )


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
        entries = Message.objects.filter(pk__in=part).exclude(content="").values_list("pk", "role", "content")
        texts = {pk: (role, content) for pk, role, content in entries}
        for role, content in (texts[pk] for pk in part if pk in texts):
            history.append(ChatMessage("user" if role == MessageRole.USER else "assistant", content))
            tokens += prompt.estimate_tokens(content)
        if tokens > window:
            break
    return history[::-1]
