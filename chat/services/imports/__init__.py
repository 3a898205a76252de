"""Chats of a file into a person's list, and back out: `imports.write` stores, `imports.undo` takes back."""

from chat.services.imports.report import Outcome, Report, Result
from chat.services.imports.undo import Undone, undo
from chat.services.imports.write import import_chats

__all__ = ["Outcome", "Report", "Result", "Undone", "import_chats", "undo"]
