"""The bodies and queries of the chat's routes. Each names its fields one by one; what else is sent is ignored."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from chat.api import periods
from chat.api.fields import Flag, Text, Whole
from chat.models.message import MessageRole, MessageStatus, RatingReason
from chat.selectors import SessionFilters
from chat.services.messages import MAX_COMMENT_CHARS
from chat.services.sessions import SessionChanges

MAX_MODEL_ID = 200
MAX_SLUG = 64
MAX_ID = 36
MAX_SEARCH = 200
MAX_SEQ = 2**31 - 1
MAX_PK = 2**63 - 1
MAX_CURSOR = 200
SESSIONS_PER_PAGE, MAX_SESSIONS_PER_PAGE = 50, 100
MESSAGES_PER_PAGE, MAX_MESSAGES_PER_PAGE = 100, 500


def optional(length: int) -> serializers.CharField:
    """A text that may be left out or empty."""
    return serializers.CharField(max_length=length, required=False, allow_blank=True, default="")


class PageQuery(serializers.Serializer[Any]):
    cursor = optional(MAX_CURSOR)
    limit = serializers.IntegerField(min_value=1, max_value=MAX_SESSIONS_PER_PAGE, default=SESSIONS_PER_PAGE)


class SessionsQuery(PageQuery):
    archived = serializers.BooleanField(default=False)
    trash = serializers.BooleanField(default=False)
    folder = optional(MAX_ID)
    title = optional(MAX_SEARCH)

    def filters(self) -> SessionFilters:
        """The filters of the query; what is in the trash may have been in the archive before."""
        given = self.validated_data
        archived = None if given["trash"] else given["archived"]
        return SessionFilters(archived=archived, trash=given["trash"], folder=given["folder"], title=given["title"])


class PeriodQuery(serializers.Serializer[Any]):
    """What is narrowed to a period. `from` is a word of Python, so these two are added by name."""

    time_zone = optional(periods.MAX_CHARS)

    def get_fields(self) -> dict[str, Any]:
        """Add `from` and `to`."""
        return super().get_fields() | {name: optional(periods.MAX_CHARS) for name in ("from", "to")}

    def period(self) -> tuple[datetime | None, datetime | None]:
        """From when until when. Raises AppError for a period that is none."""
        given = self.validated_data
        return periods.period(given["from"], given["to"], given["time_zone"])


class HistoryQuery(PeriodQuery, PageQuery):
    q = optional(MAX_SEARCH)
    model = optional(MAX_MODEL_ID)
    role = optional(MAX_SLUG)
    archived = serializers.BooleanField(default=None, allow_null=True)

    def filters(self) -> SessionFilters:
        """The filters of the query. Raises AppError for a period that is none."""
        given = self.validated_data
        return SessionFilters(given["q"], *self.period(), given["model"], given["role"], given["archived"])


class Period(serializers.Serializer[Any]):
    start_time = Text(max_length=periods.MAX_CHARS)
    end_time = Text(max_length=periods.MAX_CHARS)
    time_zone = Text(max_length=periods.MAX_CHARS, required=False, allow_null=True, allow_blank=True, default="")
    cursor = Text(max_length=MAX_CURSOR, required=False, allow_null=True, allow_blank=True, default="")
    limit = Whole(min_value=1, max_value=MAX_SESSIONS_PER_PAGE, default=SESSIONS_PER_PAGE)
    archived = Flag(required=False, allow_null=True, default=None)
    folder = Text(max_length=MAX_ID, required=False, allow_null=True, allow_blank=True, default="")

    def filters(self) -> SessionFilters:
        """The filters of the body. Raises AppError for a period that is none."""
        given = self.validated_data
        start, end = periods.period(given["start_time"], given["end_time"], given["time_zone"])
        return SessionFilters(start=start, end=end, archived=given["archived"], folder=given["folder"] or "")


class ConversationQuery(serializers.Serializer[Any]):
    before = serializers.IntegerField(min_value=1, max_value=MAX_SEQ, default=None, allow_null=True)
    reach = serializers.IntegerField(min_value=0, max_value=MAX_PK, default=None, allow_null=True)
    limit = serializers.IntegerField(min_value=1, max_value=MAX_MESSAGES_PER_PAGE, default=MESSAGES_PER_PAGE)


class Start(serializers.Serializer[Any]):
    role = Text(max_length=MAX_SLUG, required=False, allow_null=True, allow_blank=True, default=None)
    model_id = Text(max_length=MAX_MODEL_ID, required=False, allow_null=True, allow_blank=True, default=None)
    folder_id = Text(max_length=MAX_ID, required=False, allow_null=True, allow_blank=True, default=None)


class Changes(serializers.Serializer[Any]):
    # The service says how long a title may be: it counts without the blanks around it.
    title = Text(required=False, allow_blank=True, trim_whitespace=False, max_length=10_000)
    pinned = Flag(required=False)
    archived = Flag(required=False)
    model_id = Text(max_length=MAX_MODEL_ID, required=False)
    role = Text(max_length=MAX_SLUG, required=False)
    current_message_id = Whole(min_value=1, max_value=MAX_PK, required=False)
    folder_id = Text(max_length=MAX_ID, required=False, allow_null=True, allow_blank=True)
    unread = Flag(required=False)

    def changes(self) -> SessionChanges:
        """What was asked for; null takes it out of its folder."""
        given = dict(self.validated_data)
        if "folder_id" in given:
            given["folder_id"] = given["folder_id"] or ""
        return SessionChanges(**given)


class RatingBody(serializers.Serializer[Any]):
    rating = Whole(min_value=-1, max_value=1)
    reason = serializers.ChoiceField(choices=RatingReason.values, required=False, allow_blank=True, default="")
    comment = Text(max_length=MAX_COMMENT_CHARS, required=False, allow_blank=True, default="")


class BranchBody(serializers.Serializer[Any]):
    message_id = Whole(min_value=1, max_value=MAX_PK)


class StopBody(serializers.Serializer[Any]):
    offset = Whole(min_value=0, max_value=MAX_SEQ, required=False, allow_null=True, default=None)


class Started(serializers.Serializer[Any]):
    session_id = serializers.UUIDField()
    welcome_message = serializers.CharField()


class Session(serializers.Serializer[Any]):
    session_id = serializers.UUIDField()
    title = serializers.CharField()
    title_is_manual = serializers.BooleanField()
    model_id = serializers.CharField(allow_null=True)
    role = serializers.CharField(allow_null=True)
    pinned = serializers.BooleanField()
    archived = serializers.BooleanField()
    folder_id = serializers.UUIDField(allow_null=True)
    unread = serializers.BooleanField()
    deleted_at = serializers.DateTimeField(allow_null=True)
    create_time = serializers.DateTimeField()
    update_time = serializers.DateTimeField()
    preview = serializers.CharField()
    generating = serializers.UUIDField(allow_null=True)


class Sessions(serializers.Serializer[Any]):
    sessions = Session(many=True)
    next = serializers.CharField(allow_null=True)


class Failure(serializers.Serializer[Any]):
    error = serializers.CharField()
    code = serializers.CharField()
    retryable = serializers.BooleanField()


class Attachment(serializers.Serializer[Any]):
    document_id = serializers.UUIDField()
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    chars = serializers.IntegerField()


class Attempt(serializers.Serializer[Any]):
    """Who was asked for an answer, and what came of it: told to administrators only."""

    provider = serializers.CharField()
    key = serializers.CharField()
    code = serializers.CharField()
    ms = serializers.IntegerField()


class Message(serializers.Serializer[Any]):
    message_id = serializers.IntegerField()
    session_id = serializers.UUIDField()
    parent_id = serializers.IntegerField(allow_null=True)
    seq = serializers.IntegerField()
    role = serializers.ChoiceField(choices=MessageRole.values)
    content = serializers.CharField()
    reasoning = serializers.CharField()
    status = serializers.ChoiceField(choices=MessageStatus.values)
    finish_reason = serializers.CharField(allow_null=True)
    error = Failure(allow_null=True)
    model_id = serializers.CharField(allow_null=True)
    provider = serializers.CharField(allow_null=True)
    prompt_tokens = serializers.IntegerField(allow_null=True)
    completion_tokens = serializers.IntegerField(allow_null=True)
    attempts = Attempt(many=True, required=False)
    first_token_ms = serializers.IntegerField(allow_null=True)
    duration_ms = serializers.IntegerField(allow_null=True)
    reasoning_ms = serializers.IntegerField(allow_null=True)
    cost = serializers.CharField(allow_null=True)
    currency = serializers.CharField(allow_null=True)
    rating = serializers.IntegerField(allow_null=True)
    rating_reason = serializers.CharField(allow_null=True)
    rating_comment = serializers.CharField(allow_null=True)
    beside = serializers.IntegerField(allow_null=True)
    attachments = Attachment(many=True)
    create_time = serializers.DateTimeField()
    siblings = serializers.ListField(child=serializers.IntegerField())
    generation_id = serializers.UUIDField(allow_null=True)
    offset = serializers.IntegerField()


class ConversationMessage(Message):
    timestamp = serializers.DateTimeField()


class Detail(serializers.Serializer[Any]):
    session = Session()
    messages = Message(many=True)
    next = serializers.IntegerField(allow_null=True)


class History(serializers.Serializer[Any]):
    """Without session_id: `sessions` and `next`, a cursor. With it: `session`, `conversation` and `next`, a seq."""

    sessions = Session(many=True, required=False)
    session = Session(required=False)
    conversation = ConversationMessage(many=True, required=False)
    next = serializers.CharField(allow_null=True)


class Notice(serializers.Serializer[Any]):
    message = serializers.CharField()


class Rated(serializers.Serializer[Any]):
    message_id = serializers.IntegerField()
    rating = serializers.IntegerField(allow_null=True)
    rating_reason = serializers.CharField(allow_null=True)
    rating_comment = serializers.CharField(allow_null=True)


class Deleted(Notice):
    deleted = serializers.ListField(child=serializers.IntegerField())


class Stopped(Notice):
    state = serializers.CharField()
