"""Routes for coming and going: register, login, logout, token, refresh, socket ticket."""

from typing import Any

from django.contrib.auth import logout
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import FormParser
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services, sign_ins, throttling, tickets, tokens
from accounts.api import serializers
from accounts.authentication import origin_allowed, sign_in_of_request, signed_in
from accounts.selectors import TOKENS
from aihelper.lib.errors import Forbidden
from aihelper.lib.parsers import StrictJSONParser

REGISTRATIONS_PER_HOUR = 100
REFRESHES_PER_MINUTE = 600

WRONG = OpenApiResponse(description="The name or the password is wrong (invalid_credentials).")
WAITING = OpenApiResponse(description="pending_approval, account_disabled or password_change_required.")
THROTTLED = OpenApiResponse(description="Too many tries; Retry-After says when to come again.")


class OurPages(BasePermission):
    """Refuses what another site's page sends: a browser would carry its new cookie from then on."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether Origin is absent (a program) or ours. Raises Forbidden(csrf_failed)."""
        if not origin_allowed(request._request):
            raise Forbidden(code="csrf_failed")
        return True


class Door(APIView):
    """What all doors share: who knocks is not known yet, so neither session nor token is looked at."""

    authentication_classes = ()
    permission_classes = (OurPages,)


class RegisterView(Door):
    @extend_schema(
        request=serializers.Registration,
        responses={201: serializers.Registered, 202: serializers.Registered, 429: THROTTLED},
    )
    def post(self, request: Request) -> Response:
        """Sign up. 202 when an administrator has to approve the account first."""
        prefix = throttling.client_prefix(request._request)
        throttling.hit(f"register:{prefix}", limit=REGISTRATIONS_PER_HOUR, seconds=3600)
        user = services.register(**_valid(serializers.Registration, request))
        if user.is_approved:
            return Response({"message": _("Welcome! You can sign in now."), "user_id": user.pk}, 201)
        message = _("Thank you. You can sign in as soon as an administrator has approved your account.")
        return Response({"message": message, "user_id": user.pk, "pending": True}, 202)


class LoginView(Door):
    parser_classes = (StrictJSONParser, FormParser)

    @extend_schema(
        request=serializers.SigningIn,
        responses={200: serializers.SignedIn, 401: WRONG, 403: WAITING, 429: THROTTLED},
    )
    def post(self, request: Request) -> Response:
        """Sign in: starts the browser's session and returns tokens for programs."""
        user = services.sign_in(request._request, **_valid(serializers.SigningIn, request))
        pair = services.start_session(request._request, user)
        body = {"message": _("You are signed in."), "user_id": user.pk}
        return Response(body | {"access": pair.access, "refresh": pair.refresh})


class LogoutView(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(request=None, responses=serializers.Done)
    def post(self, request: Request) -> Response:
        """Sign out: ends the browser's session, and the tokens of the same sign-in."""
        if isinstance(request.auth, tokens.Claims):
            tokens.revoke(request.auth.family)
            sign_ins.forget([request.auth.family.hex])
        logout(request._request)
        return Response({"message": _("You are signed out.")})


class TokenView(Door):
    parser_classes = (StrictJSONParser, FormParser)

    @extend_schema(
        request=serializers.SigningIn,
        responses={200: serializers.Tokens, 401: WRONG, 403: WAITING, 429: THROTTLED},
    )
    def post(self, request: Request) -> Response:
        """Tokens for a name and a password, as JSON or as the form of OAuth 2's password style."""
        user = services.sign_in(request._request, **_valid(serializers.SigningIn, request))
        return Response(_tokens(services.start_program(request._request, user)))


class RefreshView(Door):
    @extend_schema(
        request=serializers.Refresh,
        responses={200: serializers.Tokens, 401: OpenApiResponse(description="token_not_valid"), 429: THROTTLED},
    )
    def post(self, request: Request) -> Response:
        """The next tokens. A refresh token works once; one that comes back later ends its whole sign-in."""
        prefix = throttling.client_prefix(request._request)
        throttling.hit(f"refresh:{prefix}", limit=REFRESHES_PER_MINUTE, seconds=60)
        pair = tokens.refresh(_valid(serializers.Refresh, request)["refresh"])
        sign_ins.seen([f"{TOKENS}{pair.family.hex}"])
        return Response(_tokens(pair))


class TicketView(APIView):
    @extend_schema(request=None, responses=serializers.Ticket)
    def post(self, request: Request) -> Response:
        """A ticket for `/chat/ws?ticket=`: once, within 30 seconds."""
        ticket = tickets.issue(signed_in(request), sign_in_of_request(request))
        return Response({"ticket": ticket, "expires_in": tickets.LIFETIME_SECONDS})


def _valid(serializer_class: type[Any], request: Request) -> dict[str, Any]:
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    valid: dict[str, Any] = serializer.validated_data
    return valid


def _tokens(pair: tokens.TokenPair) -> dict[str, str]:
    return {"access_token": pair.access, "token_type": "bearer", "access": pair.access, "refresh": pair.refresh}
