"""Single messages and their generations, as far as nothing is streamed."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from chat import selectors
from chat.api import serializers
from chat.models.generation import LIVE_STATES
from chat.services import messages
from chat.services.stop import stop


class RatingView(APIView):
    @extend_schema(request=serializers.RatingBody, responses=serializers.Rated)
    def post(self, request: Request, message_id: str) -> Response:
        """Rate an answer: 1 good, -1 bad, 0 takes the rating back. It replaces what you had said before."""
        user = signed_in(request)
        message = selectors.message(user, _number(message_id))
        body = serializers.RatingBody(data=request.data)
        body.is_valid(raise_exception=True)
        rated = messages.rate(user, message.pk, messages.Rating(**body.validated_data))
        said = {"rating_reason": rated.rating_reason or None, "rating_comment": rated.rating_comment or None}
        return Response({"message_id": rated.pk, "rating": rated.rating, **said})


class MessageView(APIView):
    @extend_schema(request=None, responses=serializers.Deleted)
    def delete(self, request: Request, message_id: str) -> Response:
        """Delete a message: an answer alone, a question with its answers. What was asked after it stays."""
        deleted = messages.delete(signed_in(request), _number(message_id))
        return Response({"message": _("The message has been deleted."), "deleted": deleted})


class StopView(APIView):
    @extend_schema(request=serializers.StopBody, responses=serializers.Stopped)
    def post(self, request: Request, generation_id: str) -> Response:
        """Stop an answer, from any tab or device. `offset`: how much of it you had seen; the rest is cut off."""
        user = signed_in(request)
        selectors.generation(user, generation_id)
        body = serializers.StopBody(data=request.data)
        body.is_valid(raise_exception=True)
        state = stop(user, generation_id, body.validated_data["offset"])
        message = _("The answer is being stopped.") if state in LIVE_STATES else _("The answer had ended already.")
        return Response({"message": message, "state": state})


def _number(text: str) -> int:
    """The id that a path names; 0, which nothing has, for what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 and text[0] != "0" else 0
