"""What was done with one's own account by others."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.audit import log
from accounts.audit.models import What
from accounts.authentication import signed_in


class AuditQuery(serializers.Serializer[Any]):
    cursor = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    limit = serializers.IntegerField(min_value=1, max_value=100, default=50)


class AuditRow(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    what = serializers.ChoiceField(choices=What.choices)
    actor = serializers.CharField(source="actor_name")
    object = serializers.CharField()
    reason = serializers.CharField()
    create_time = serializers.DateTimeField()


class AuditPage(serializers.Serializer[Any]):
    entries = AuditRow(many=True)
    next = serializers.CharField(allow_null=True)


class AuditView(APIView):
    @extend_schema(
        parameters=[AuditQuery], responses={200: AuditPage, 400: OpenApiResponse(description="invalid_cursor")}
    )
    def get(self, request: Request) -> Response:
        """Who has done what with your account, newest first."""
        query = AuditQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        page = log.about(signed_in(request), **query.validated_data)
        return Response(AuditPage(page._asdict()).data)
