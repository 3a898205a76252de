"""The same done to many sessions at once, and the end of the trash."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from chat.api.fields import Text
from chat.api.serializers import MAX_ID
from chat.services import bulk

MAX_SESSIONS = 500


class BulkBody(serializers.Serializer[Any]):
    action = serializers.ChoiceField(choices=[action.value for action in bulk.Action])
    session_ids = serializers.ListField(child=Text(max_length=MAX_ID), min_length=1, max_length=MAX_SESSIONS)
    folder_id = Text(max_length=MAX_ID, required=False, allow_null=True, allow_blank=True, default=None)


class Changed(serializers.Serializer[Any]):
    changed = serializers.ListField(child=serializers.UUIDField())


class Emptied(serializers.Serializer[Any]):
    count = serializers.IntegerField()


class BulkView(APIView):
    @extend_schema(request=BulkBody, responses=Changed)
    def post(self, request: Request) -> Response:
        """Archive, pin, move, mark as read, delete or restore many sessions, or delete them for good."""
        body = BulkBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        action = bulk.Action(given["action"])
        return Response({"changed": bulk.change(signed_in(request), action, given["session_ids"], given["folder_id"])})


class EmptyTrashView(APIView):
    @extend_schema(request=None, responses=Emptied)
    def post(self, request: Request) -> Response:
        """Delete all that is in your trash, for good."""
        return Response({"count": bulk.empty_trash(signed_in(request))})
