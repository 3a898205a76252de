"""Every read of the chat's tables for a person, always scoped by that person (invariant I5).

What is not theirs, what is in the trash and what never was answer alike: NotFound. Lists cost a constant
number of queries, whatever their length. One module for each kind of thing; callers import from here.
"""

from chat.selectors.conversations import (
    Conversation,
    Entry,
    Node,
    Stored,
    branch_of,
    conversation,
    newest_leaf,
    skeleton,
    stored_log,
)
from chat.selectors.folders import folder, folders, lively
from chat.selectors.holds import demand_session, held, not_held
from chat.selectors.imports import chat_import, chat_imports
from chat.selectors.messages import answer_to, generating, generation, message, message_count
from chat.selectors.roles import own_role
from chat.selectors.sessions import (
    SessionFilters,
    SessionsPage,
    session,
    sessions_changed,
    sessions_page,
    some_sessions,
)
from chat.selectors.shares import SharesPage, audiences, own_share, readable_share, shares_page
from chat.selectors.whole import sessions_to_export, whole
from chat.selectors.writing import attachments, document, documents, draft, drafts, prompt, prompts

__all__ = [
    "Conversation",
    "Entry",
    "Node",
    "SessionFilters",
    "SessionsPage",
    "SharesPage",
    "Stored",
    "answer_to",
    "audiences",
    "attachments",
    "branch_of",
    "chat_import",
    "chat_imports",
    "conversation",
    "folder",
    "folders",
    "demand_session",
    "document",
    "documents",
    "draft",
    "drafts",
    "generating",
    "generation",
    "held",
    "lively",
    "message",
    "message_count",
    "not_held",
    "own_role",
    "own_share",
    "readable_share",
    "newest_leaf",
    "prompt",
    "prompts",
    "session",
    "sessions_changed",
    "sessions_page",
    "sessions_to_export",
    "shares_page",
    "skeleton",
    "some_sessions",
    "stored_log",
    "whole",
]
