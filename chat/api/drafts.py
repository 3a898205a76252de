"""What is written and not sent."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from accounts.models import User
from chat import presenters, selectors
from chat.api.fields import Text, Whole
from chat.api.serializers import Attachment
from chat.models import Draft
from chat.services import drafts
from chat.services.documents import MAX_PER_MESSAGE
from chat.services.drafts import DraftConflict, DraftText

MAX_VERSION = 2**31 - 2


class DraftBody(serializers.Serializer[Any]):
    text = Text(allow_blank=True, trim_whitespace=False)
    attachments = serializers.ListField(child=Text(max_length=36), max_length=MAX_PER_MESSAGE, default=list)
    version = Whole(min_value=0, max_value=MAX_VERSION, default=0)


class DraftRow(serializers.Serializer[Any]):
    session_id = serializers.UUIDField(allow_null=True)
    text = serializers.CharField()
    attachments = Attachment(many=True)
    version = serializers.IntegerField()
    update_time = serializers.DateTimeField()


class Drafts(serializers.Serializer[Any]):
    drafts = DraftRow(many=True)


class DraftsView(APIView):
    @extend_schema(operation_id="api_chat_drafts_list", responses=Drafts)
    def get(self, request: Request) -> Response:
        """Your newest drafts; `session_id` is null for that of the next new session."""
        user = signed_in(request)
        found = selectors.drafts(user)
        documents = selectors.attachments(user, found)
        return Response({"drafts": [presenters.draft_row(draft, documents) for draft in found]})


class DraftView(APIView):
    @extend_schema(responses=DraftRow)
    def get(self, request: Request, session_id: str) -> Response:
        """The draft of a session, or with `new` of the next one; without one an empty draft of version 0."""
        user = signed_in(request)
        key = drafts.key_of(user, session_id)
        draft = selectors.draft(user, key) or Draft(user=user, session_key=key, version=0)
        return Response(_row(user, draft))

    @extend_schema(
        request=DraftBody,
        responses={
            200: DraftRow,
            409: OpenApiResponse(description="Changed elsewhere (draft_conflict), with `draft`."),
        },
    )
    def put(self, request: Request, session_id: str) -> Response:
        """Write a draft. `version` is the one that you go on from; the answer has the next one."""
        user = signed_in(request)
        key = drafts.key_of(user, session_id)
        body = DraftBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        try:
            draft = drafts.write(user, key, DraftText(given["text"], tuple(given["attachments"]), given["version"]))
        except DraftConflict as conflict:
            return Response(conflict.as_json() | {"draft": _row(user, conflict.draft)}, status=conflict.status)
        return Response(_row(user, draft))


def _row(user: User, draft: Draft) -> dict[str, Any]:
    return presenters.draft_row(draft, selectors.attachments(user, [draft]))
