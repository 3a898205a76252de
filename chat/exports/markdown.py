"""A conversation as Markdown: the branch on show, as a person would write it down."""

import re
from datetime import datetime

from django.utils.translation import gettext as _

from chat.models import Message
from chat.models.message import MessageRole
from chat.selectors.whole import Whole


def markdown(whole: Whole) -> str:
    """The text of the file. Messages are Markdown already, and stand in it unchanged."""
    title = " ".join(whole.session.title.split()) or _("Untitled chat")
    parts = [f"# {_plain(title)}", f"*{when(whole.session.create_time)}*"]
    for message in whole.branch():
        parts += ["---", f"**{heading(message)}** · {when(message.create_time)}"]
        if message.reasoning:
            lines = (f"> {line}".rstrip() for line in message.reasoning.splitlines())
            parts.append("\n".join([f"> *{_('Reasoning')}*", ">", *lines]))
        parts += [f"📎 {_plain(document.name)}" for document in message.documents.all()]
        parts.append(message.content.strip() or f"*{_('(empty)')}*")
    return "\n\n".join(parts) + "\n"


def heading(message: Message) -> str:
    """Who speaks."""
    if message.role == MessageRole.USER:
        return _("You")
    return f"{_('Assistant')} ({message.model_id})" if message.model_id else _("Assistant")


def when(value: datetime) -> str:
    """A time for reading, in UTC: where it will be read, nobody knows."""
    return f"{value:%Y-%m-%d %H:%M} UTC"


def _plain(text: str) -> str:
    """A text of one line that Markdown shall take as it is."""
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", text)
