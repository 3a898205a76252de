"""Web Push: telling the server which browsers want to hear when an answer is ready."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import throttling
from accounts.authentication import signed_in
from aihelper.lib import webpush
from chat.api.fields import Text
from chat.api.serializers import Notice
from chat.services import push

WRITES_PER_HOUR = 60
MAX_ENDPOINT = 2000


class PushKeys(serializers.Serializer[Any]):
    p256dh = Text(max_length=128)
    auth = Text(max_length=64)


class Subscription(serializers.Serializer[Any]):
    """As the browser's PushSubscription.toJSON() has it."""

    endpoint = Text(max_length=MAX_ENDPOINT)
    keys = PushKeys()


class Endpoint(serializers.Serializer[Any]):
    endpoint = Text(max_length=MAX_ENDPOINT)


class PushKey(serializers.Serializer[Any]):
    public_key = serializers.CharField()


class PushView(APIView):
    @extend_schema(responses=PushKey)
    def get(self, request: Request) -> Response:
        """The key that a browser needs to subscribe (`applicationServerKey`)."""
        return Response({"public_key": webpush.public_key(settings.VAPID_KEY)})

    @extend_schema(request=Subscription, responses=Notice)
    def post(self, request: Request) -> Response:
        """Have this browser told when an answer is ready and nobody is looking."""
        user = signed_in(request)
        body = Subscription(data=request.data)
        body.is_valid(raise_exception=True)
        throttling.hit(f"push:{user.pk}", limit=WRITES_PER_HOUR, seconds=3600)
        given = body.validated_data
        push.subscribe(user, given["endpoint"], given["keys"]["p256dh"], given["keys"]["auth"])
        return Response({"message": _("This browser will be told.")})

    @extend_schema(request=Endpoint, responses=Notice)
    def delete(self, request: Request) -> Response:
        """Tell this browser no more."""
        body = Endpoint(data=request.data)
        body.is_valid(raise_exception=True)
        push.unsubscribe(signed_in(request), body.validated_data["endpoint"])
        return Response({"message": _("This browser will not be told any more.")})
