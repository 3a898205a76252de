"""The prompt library: texts that a person uses again. Those without an owner are the administrator's, for everybody."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import notes
from accounts.holds import rules
from accounts.models import User
from aihelper.lib.db import retry_on_conflict
from aihelper.lib.errors import AppError, Conflict
from chat import selectors
from chat.engine import feed
from chat.models import Prompt
from chat.services import moderation

MAX_PROMPTS = 200
MAX_COMMAND_CHARS, MAX_TITLE_CHARS, MAX_TEXT_CHARS = 64, 120, 20_000
_COMMAND = re.compile(r"[\w-]{1,64}")


@dataclass(frozen=True, slots=True)
class PromptChanges:
    """What a person writes into a prompt; None leaves a thing as it is."""

    command: str | None = None
    title: str | None = None
    text: str | None = None


def create(user: User, command: str, title: str, text: str) -> Prompt:
    """A new prompt of the person's. Raises AppError (also prompts_full) and Conflict (prompt_exists)."""

    def write() -> Prompt:
        # One after the other for each person: those who count at the same time would all find room.
        User.objects.select_for_update().filter(pk=user.pk).first()
        if Prompt.objects.filter(owner=user).count() >= MAX_PROMPTS:
            sentence = _("You have %(limit)d prompts, which is all there is room for. Delete one first.")
            raise Conflict(sentence % {"limit": MAX_PROMPTS}, code="prompts_full")
        prompt = Prompt(owner=user)
        _fill(prompt, PromptChanges(command, title, text))
        prompt.save(force_insert=True)
        return prompt

    return _written(user, write)


def update(user: User, prompt_id: str, changes: PromptChanges) -> Prompt:
    """Change one of the person's own. Raises NotFound, AppError and Conflict (prompt_exists)."""

    def write() -> Prompt:
        prompt = selectors.prompt(user, prompt_id)
        _fill(prompt, changes)
        prompt.save()
        return prompt

    return _written(user, write)


def delete(user: User, prompt_id: str) -> None:
    """Delete one of the person's own. Raises NotFound, and Forbidden (kept)."""

    def write() -> Prompt:
        prompt = selectors.prompt(user, prompt_id)
        rules.demand(user)
        Prompt.objects.filter(pk=prompt.pk).delete()
        return prompt

    _written(user, write)


def _written(user: User, write: Callable[[], Prompt]) -> Prompt:
    def noted() -> Prompt:
        prompt = write()
        notes.touch(user, "prompts")
        transaction.on_commit(lambda: feed.poke(user.pk))
        return prompt

    try:
        return retry_on_conflict(transaction.atomic(noted))()
    except IntegrityError as error:
        sentence = _("You have a prompt with this command already. Choose another one.")
        raise Conflict(sentence, code="prompt_exists") from error


def _fill(prompt: Prompt, changes: PromptChanges) -> None:
    if changes.command is not None:
        prompt.command = changes.command.strip().removeprefix("/")
        if not _COMMAND.fullmatch(prompt.command):
            sentence = _("A command has 1 to %(limit)d letters, digits, hyphens and underscores.")
            raise _invalid("command", sentence % {"limit": MAX_COMMAND_CHARS})
    if changes.title is not None:
        prompt.title = " ".join(changes.title.split())
    if changes.text is not None:
        prompt.text = changes.text.replace("\r\n", "\n").strip()
        if not prompt.text:
            raise _invalid("text", _("This field may not be blank."))
    prompt.title = (prompt.title or prompt.command)[:MAX_TITLE_CHARS]
    for field in ("title", "text"):
        if moderation.has_control_characters(getattr(prompt, field)):
            raise _invalid(field, _("This text contains control characters. Remove them."))


def _invalid(field: str, sentence: object) -> AppError:
    return AppError(str(sentence), code="invalid", fields={field: [str(sentence)]})
