"""What an import has to tell: a line for each chat of the file, and the numbers."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chat.imports.neutral import Reason

# Lines that are kept; further ones are counted only.
MAX_RESULTS = 10_000


class Outcome(StrEnum):
    """What became of a chat. `READY`: a dry run would import it."""

    READY = "ready"
    IMPORTED = "imported"
    ALREADY = "already"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Result:
    """One chat, or one file of a ZIP that could not be read. `session_id` where it is in the list now."""

    outcome: Outcome
    title: str = ""
    source: str = ""
    messages: int = 0
    attachments_left_out: int = 0
    session_id: str | None = None
    reason: Reason | None = None

    @property
    def sentence(self) -> str:
        """Why it was left out, for people; empty when it was not."""
        return str(SENTENCES[self.reason]) if self.reason else ""

    def as_json(self) -> dict[str, Any]:
        """It, as the API and the command give it."""
        return {
            "outcome": self.outcome.value,
            "title": self.title,
            "format": self.source or None,
            "messages": self.messages,
            "attachments_left_out": self.attachments_left_out,
            "session_id": self.session_id,
            "code": self.reason.value if self.reason else None,
            "reason": self.sentence,
        }


@dataclass(slots=True)
class Report:
    """All of them. `import_id` is empty for a dry run, and where nothing was imported."""

    dry_run: bool
    import_id: str = ""
    results: list[Result] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    sources: dict[str, None] = field(default_factory=dict)

    def add(self, result: Result) -> None:
        """Take one more."""
        self.counts[result.outcome] += 1
        if result.source:
            self.sources[result.source] = None
        if len(self.results) < MAX_RESULTS:
            self.results.append(result)

    def as_json(self) -> dict[str, Any]:
        """It, as the API and the command give it."""
        return {
            "import_id": self.import_id or None,
            "dry_run": self.dry_run,
            "formats": list(self.sources),
            **{outcome.value: self.counts[outcome] for outcome in Outcome},
            "items": [result.as_json() for result in self.results],
        }


SENTENCES: dict[Reason, str | Promise] = {
    Reason.NOT_A_CHAT: _("This is not a chat."),
    Reason.NO_MESSAGES: _("There is no message in it."),
    Reason.WAS_DELETED: _("It had been deleted where it comes from."),
    Reason.MESSAGE_TOO_LONG: _("One of its messages is longer than 2,000,000 characters."),
    Reason.TOO_MANY_MESSAGES: _("It has more than 20,000 messages."),
    Reason.BROKEN: _("The file is not valid JSON."),
    Reason.CUT_OFF: _("The file is damaged from here on: what came before was read, the rest was not."),
    Reason.TOO_DEEP: _("It is nested too deeply to be read."),
    Reason.NOT_UTF8: _("The file is not in UTF-8."),
    Reason.NESTED_ZIP: _("ZIP files inside of a ZIP file are not opened. Unpack it, and import what is in it."),
    Reason.ENCRYPTED: _("The file is locked by a password."),
    Reason.DAMAGED: _("The ZIP file is damaged."),
    Reason.FILE_TOO_LARGE: _("The file is too large."),
    Reason.TOO_MUCH: _("The files are too large together: this one and what follows was not read."),
    Reason.TOO_MANY_FILES: _("There are too many files in the ZIP file."),
    Reason.UNKNOWN_FORMAT: _(
        "This is no export that we know: of ChatGPT, Claude, Open WebUI, LibreChat or AI Helper, as JSON or ZIP."
    ),
    Reason.IN_TRASH: _("It is in your trash. Restore it from there."),
    Reason.NOT_STORABLE: _("The database did not take it."),
    Reason.TOO_MANY_CHATS: _("There are too many chats in one file: this one and what follows was not read."),
}
