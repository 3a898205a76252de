"""What every format is read into."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Reason(StrEnum):
    """Why something was left out. The sentences are in chat.services.imports.sentences."""

    NOT_A_CHAT = "not_a_chat"
    NO_MESSAGES = "no_messages"
    WAS_DELETED = "was_deleted"
    MESSAGE_TOO_LONG = "message_too_long"
    TOO_MANY_MESSAGES = "too_many_messages"
    BROKEN = "broken"
    CUT_OFF = "cut_off"
    TOO_DEEP = "too_deep"
    NOT_UTF8 = "not_utf8"
    NESTED_ZIP = "nested_zip"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    FILE_TOO_LARGE = "file_too_large"
    TOO_MUCH = "too_much"
    TOO_MANY_FILES = "too_many_files"
    UNKNOWN_FORMAT = "unknown_format"
    # Said by the writer, which knows what is here already.
    IN_TRASH = "in_trash"
    NOT_STORABLE = "not_storable"
    TOO_MANY_CHATS = "too_many_chats"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text that came with a message."""

    name: str
    content: str


@dataclass(slots=True)
class Node:
    """A message as the file has it. `role` is user, assistant or empty: then only links (and thoughts) lead through it.

    `time` may be missing; `parent` may name what is not there, or lead in a circle (chat.imports.tidy mends it).
    """

    key: str
    parent: str | None
    role: str = ""
    content: str = ""
    reasoning: str = ""
    reasoning_ms: int | None = None
    model: str = ""
    time: datetime | None = None
    status: str = "completed"
    attachments: tuple[Attachment, ...] = ()


@dataclass(slots=True)
class Chat:
    """One conversation. `source` is the format's name, `source_id` the same whenever it is exported again.

    `nodes` after tidying: each parent before its children, no empty roles. `current` ends the branch on show.
    """

    source: str
    source_id: str
    title: str = ""
    created: datetime | None = None
    updated: datetime | None = None
    nodes: list[Node] = field(default_factory=list)
    current: str | None = None
    pinned: bool = False
    archived: bool = False
    folder: str = ""
    folder_emoji: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A thing in the file that is not imported, and why. `name` is its title, or the name of a file."""

    reason: Reason
    name: str = ""
    source: str = ""


class Refused(ValueError):
    """One conversation, or a whole file, that cannot be taken."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)
