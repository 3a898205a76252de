"""The chat's tables."""

from chat.models.generation import Generation, GenerationChunk
from chat.models.message import Message
from chat.models.moderation import BlockedWord
from chat.models.role import Role
from chat.models.session import Session
from chat.models.usage import UsageRecord

__all__ = ["BlockedWord", "Generation", "GenerationChunk", "Message", "Role", "Session", "UsageRecord"]
