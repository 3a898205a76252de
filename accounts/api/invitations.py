"""Routes for those who come by an invitation. The token is in the body, never in an address."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import throttling
from accounts.api.serializers import Done
from accounts.api.sign_in import REGISTRATIONS_PER_HOUR, THROTTLED, Door
from accounts.invitations import taking
from accounts.models import User
from accounts.validators import MAX_PASSWORD

# A class behind one address opens its links together.
LOOKS_PER_HOUR = 1000
NOT_VALID = OpenApiResponse(description="Unknown, used, expired or revoked: invitation_not_valid for all of them.")


class Link(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=200, write_only=True)


class Accepted(Link):
    # Not for an account that is there already.
    username = serializers.CharField(max_length=User.MAX_USERNAME_KEY, required=False, allow_blank=True, default="")
    password = serializers.CharField(max_length=MAX_PASSWORD, trim_whitespace=False, write_only=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True, default="")


class Seen(serializers.Serializer[Any]):
    """`join` makes an account; `password` chooses one for the account `username`. An `email` that is set stays."""

    kind = serializers.ChoiceField(choices=("join", "password"))
    username = serializers.CharField()
    email = serializers.CharField()


class Joined(Done):
    user_id = serializers.IntegerField()
    username = serializers.CharField()


class LookView(Door):
    @extend_schema(request=Link, responses={200: Seen, 404: NOT_VALID, 429: THROTTLED})
    def post(self, request: Request) -> Response:
        """What an invitation is for."""
        throttling.hit(f"look:{throttling.client_prefix(request._request)}", limit=LOOKS_PER_HOUR, seconds=3600)
        found = taking.look(_valid(Link, request)["token"])
        kind = "password" if found.person else "join"
        return Response({"kind": kind, "username": found.person.username if found.person else "", "email": found.email})


class AcceptView(Door):
    @extend_schema(request=Accepted, responses={201: Joined, 404: NOT_VALID, 429: THROTTLED})
    def post(self, request: Request) -> Response:
        """Come by an invitation, whatever the registration is; then sign in with the same name and password."""
        prefix = throttling.client_prefix(request._request)
        throttling.hit(f"register:{prefix}", limit=REGISTRATIONS_PER_HOUR, seconds=3600)
        user = taking.accept(**_valid(Accepted, request))
        message = _("Welcome! You can sign in now.")
        return Response({"message": message, "user_id": user.pk, "username": user.username}, 201)


def _valid(serializer_class: type[Any], request: Request) -> dict[str, Any]:
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    valid: dict[str, Any] = serializer.validated_data
    return valid
