"""A conversation as plain text: the branch on show, for programs and people who want words only."""

from django.utils.translation import gettext as _

from chat.exports.markdown import heading, when
from chat.models import Message
from chat.selectors.whole import Whole


def text(whole: Whole) -> str:
    """The text of the file. Messages stand in it as they were written; thoughts do not."""
    title = " ".join(whole.session.title.split()) or _("Untitled chat")
    parts = [f"{title}\n{when(whole.session.create_time)}", *(_turn(message) for message in whole.branch())]
    return "\n\n\n".join(parts) + "\n"


def _turn(message: Message) -> str:
    lines = [f"{heading(message)} · {when(message.create_time)}"]
    lines += [f"📎 {document.name}" for document in message.documents.all()]
    return "\n".join([*lines, "", message.content.strip() or _("(empty)")])
