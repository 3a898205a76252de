"""The chat's tables."""

from chat.models.document import Document
from chat.models.draft import Draft
from chat.models.folder import Folder
from chat.models.generation import Generation, GenerationChunk
from chat.models.imported import ChatImport, ImportedChat
from chat.models.message import Message, RatedAnswer
from chat.models.moderation import BlockedWord, TakenBackWord, WordWarning
from chat.models.process import ProcessNumbers
from chat.models.prompt import Prompt
from chat.models.push import PushSubscription
from chat.models.role import Role
from chat.models.search import SearchEntry
from chat.models.session import Session
from chat.models.share import Share, ShareAudience
from chat.models.usage import UsageRecord
from chat.models.usage_day import ActiveMonth, UsageDay, UsageSpeed

__all__ = [
    "ActiveMonth",
    "BlockedWord",
    "ChatImport",
    "Document",
    "Draft",
    "Folder",
    "Generation",
    "GenerationChunk",
    "ImportedChat",
    "Message",
    "ProcessNumbers",
    "Prompt",
    "PushSubscription",
    "RatedAnswer",
    "Role",
    "SearchEntry",
    "Session",
    "Share",
    "ShareAudience",
    "TakenBackWord",
    "UsageDay",
    "UsageRecord",
    "UsageSpeed",
    "WordWarning",
]
