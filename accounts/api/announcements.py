"""What administrators tell people in the page."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.announcements import current
from accounts.announcements.models import VERSION_CHARS, Level
from accounts.authentication import signed_in


class AnnouncementRow(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    version = serializers.CharField()
    level = serializers.ChoiceField(choices=Level.choices)
    dismissible = serializers.BooleanField()
    text = serializers.DictField(child=serializers.CharField())


class Announcements(serializers.Serializer[Any]):
    announcements = AnnouncementRow(many=True)
    next = serializers.DateTimeField(allow_null=True)


class DismissBody(serializers.Serializer[Any]):
    version = serializers.CharField(max_length=VERSION_CHARS)


class AnnouncementsView(APIView):
    @extend_schema(responses=Announcements)
    def get(self, request: Request) -> Response:
        """What you are told at the moment, warnings first; `next` is when another one begins or ends."""
        return Response(Announcements(current.of(signed_in(request)).as_json()).data)


class DismissView(APIView):
    @extend_schema(request=DismissBody, responses=Announcements)
    def post(self, request: Request, announcement_id: int) -> Response:
        """Close an announcement in this version, on all your devices; answers what is left."""
        user = signed_in(request)
        body = DismissBody(data=request.data)
        body.is_valid(raise_exception=True)
        current.dismiss(user, announcement_id, body.validated_data["version"])
        return Response(Announcements(current.of(user).as_json()).data)
