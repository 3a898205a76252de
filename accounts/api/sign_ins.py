"""Where one is signed in: the list, ending one, ending all others."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import sign_ins
from accounts.api.serializers import Done
from accounts.authentication import sign_in_of_request, signed_in
from accounts.devices import device_of
from accounts.models import SignIn


class SignInRow(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=[sign_ins.BROWSER, sign_ins.PROGRAM])
    device = serializers.CharField()
    address = serializers.CharField(allow_null=True)
    create_time = serializers.DateTimeField()
    last_seen = serializers.DateTimeField()
    current = serializers.BooleanField()


class SignInList(serializers.Serializer[Any]):
    sign_ins = SignInRow(many=True)


class Ended(Done):
    ended = serializers.IntegerField()


class SignInsView(APIView):
    @extend_schema(responses=SignInList)
    def get(self, request: Request) -> Response:
        """Where you are signed in, the latest seen first: browsers and programs, at most a hundred."""
        current = sign_ins.name_of(sign_in_of_request(request))
        return Response({"sign_ins": [_row(row, current) for row in sign_ins.of_person(signed_in(request))]})

    @extend_schema(operation_id="api_user_sign_ins_destroy_others", request=None, responses=Ended)
    def delete(self, request: Request) -> Response:
        """Sign out everywhere but here: every other session and token ends, open sockets within two seconds."""
        ended = sign_ins.end_others(signed_in(request), sign_in_of_request(request))
        return Response({"message": _("You are signed out everywhere else."), "ended": ended})


class SignInView(APIView):
    @extend_schema(request=None, responses={200: Done, 404: OpenApiResponse(description="not_found")})
    def delete(self, request: Request, sign_in_id: int) -> Response:
        """End one sign-in with its session and tokens; its open sockets within two seconds."""
        sign_ins.end(signed_in(request), sign_in_id)
        return Response({"message": _("This device is signed out.")})


def _row(row: SignIn, current: str) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "device": device_of(row.user_agent),
        "address": row.address,
        "create_time": row.create_time,
        "last_seen": row.last_seen,
        "current": row.name_hash == current,
    }
