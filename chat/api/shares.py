"""Shared links: one's own, and what a link shows."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import throttling
from accounts.authentication import signed_in
from accounts.models import User
from chat import presenters, selectors
from chat.api.fields import Flag, Text
from chat.api.serializers import MAX_CURSOR, MAX_SESSIONS_PER_PAGE, SESSIONS_PER_PAGE, Notice
from chat.models.share import ShareAudience
from chat.services import shares
from chat.services.shares import ShareChanges

WRITES_PER_HOUR = 300


class SharesQuery(serializers.Serializer[Any]):
    session_id = serializers.CharField(max_length=36, required=False, allow_blank=True, default="")
    cursor = serializers.CharField(max_length=MAX_CURSOR, required=False, allow_blank=True, default="")
    limit = serializers.IntegerField(min_value=1, max_value=MAX_SESSIONS_PER_PAGE, default=SESSIONS_PER_PAGE)


class ShareUpdate(serializers.Serializer[Any]):
    audience = serializers.ChoiceField(choices=ShareAudience.values, required=False)
    show_name = Flag(required=False)
    show_reasoning = Flag(required=False)
    refresh = Flag(required=False)

    def changes(self) -> ShareChanges:
        """What the body asks for."""
        names = ("audience", "show_name", "show_reasoning", "refresh")
        return ShareChanges(**{name: self.validated_data[name] for name in names if name in self.validated_data})


class NewShare(ShareUpdate):
    session_id = Text(max_length=36)


class CarryOn(serializers.Serializer[Any]):
    client_id = serializers.RegexField(r"^[A-Za-z0-9_-]{1,64}$")


class ShareRow(serializers.Serializer[Any]):
    token = serializers.CharField()
    path = serializers.CharField()
    session_id = serializers.UUIDField()
    title = serializers.CharField()
    audience = serializers.ChoiceField(choices=ShareAudience.values)
    show_name = serializers.BooleanField()
    show_reasoning = serializers.BooleanField()
    message_count = serializers.IntegerField()
    views = serializers.IntegerField()
    grown = serializers.BooleanField()
    create_time = serializers.DateTimeField()
    update_time = serializers.DateTimeField()


class ShareRows(serializers.Serializer[Any]):
    shares = ShareRow(many=True)
    next = serializers.CharField(allow_null=True)
    audiences = serializers.ListField(child=serializers.CharField())


class SharedMessage(serializers.Serializer[Any]):
    role = serializers.CharField()
    content = serializers.CharField()
    reasoning = serializers.CharField()
    reasoning_ms = serializers.IntegerField(allow_null=True)
    status = serializers.CharField()
    model = serializers.CharField(allow_null=True)
    attachments = serializers.ListField(child=serializers.CharField())
    create_time = serializers.DateTimeField()


class SharedChat(serializers.Serializer[Any]):
    title = serializers.CharField()
    author = serializers.CharField(allow_null=True)
    mine = serializers.BooleanField()
    update_time = serializers.DateTimeField()
    messages = SharedMessage(many=True)


class Begun(serializers.Serializer[Any]):
    session_id = serializers.UUIDField()


class SharesView(APIView):
    @extend_schema(operation_id="api_shares_list", parameters=[SharesQuery], responses=ShareRows)
    def get(self, request: Request) -> Response:
        """Your links, newest first; with `session_id` the one of that chat."""
        query = _valid(SharesQuery(data=request.query_params.dict()))
        page = selectors.shares_page(signed_in(request), query["cursor"], query["limit"], query["session_id"])
        rows = [presenters.share_row(link) for link in page.shares]
        return Response({"shares": rows, "next": page.next, "audiences": list(selectors.audiences())})

    @extend_schema(request=NewShare, responses={200: ShareRow, 201: ShareRow})
    def post(self, request: Request) -> Response:
        """Make the link to a chat, as it is now. A chat has one link: when there is one, it is brought up to date."""
        user = signed_in(request)
        body = NewShare(data=request.data)
        given = _valid(body)
        _count_write(user)
        link, created = shares.share(user, given["session_id"], body.changes())
        return Response(presenters.share_row(link), status=201 if created else 200)


class ShareView(APIView):
    def get_permissions(self) -> list[Any]:
        """A link may be open to everybody; all else is its owner's."""
        return [AllowAny() if self.request.method == "GET" else IsAuthenticated()]

    @extend_schema(responses=SharedChat)
    def get(self, request: Request, token: str) -> Response:
        """What a link shows: to its owner, to people who are signed in, or to everybody, as its audience says."""
        reader = request.user if isinstance(request.user, User) else None
        throttling.count_reading(request._request, reader)
        return Response(presenters.shared_chat(selectors.readable_share(reader, token), reader))

    @extend_schema(request=ShareUpdate, responses=ShareRow)
    def patch(self, request: Request, token: str) -> Response:
        """Change who may open a link or what it tells of you; `refresh` shows the chat as it is now."""
        user = signed_in(request)
        selectors.own_share(user, token)
        body = ShareUpdate(data=request.data)
        _valid(body)
        _count_write(user)
        return Response(presenters.share_row(shares.update(user, token, body.changes())))

    @extend_schema(request=None, responses=Notice)
    def delete(self, request: Request, token: str) -> Response:
        """Take a link back. It is unknown from now on."""
        shares.revoke(signed_in(request), token)
        return Response({"message": _("The link does not work any more.")})


class CarryOnView(APIView):
    @extend_schema(request=CarryOn, responses={200: Begun, 201: Begun})
    def post(self, request: Request, token: str) -> Response:
        """Begin a chat of your own with what a link shows. The same `client_id` gives the same chat again."""
        reader = signed_in(request)
        selectors.readable_share(reader, token)
        body = _valid(CarryOn(data=request.data))
        _count_write(reader)
        session, created = shares.carry_on(reader, token, body["client_id"])
        return Response({"session_id": session.session_id}, status=201 if created else 200)


def _count_write(user: User) -> None:
    throttling.hit(f"share:{user.pk}", limit=WRITES_PER_HOUR, seconds=3600)


def _valid(serializer: Any) -> Any:
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
