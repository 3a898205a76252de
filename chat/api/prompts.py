"""The prompt library."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from chat import presenters, selectors
from chat.api.fields import Text
from chat.api.serializers import Notice
from chat.services import prompts
from chat.services.prompts import PromptChanges


class PromptBody(serializers.Serializer[Any]):
    # One more for the slash, with which people may write it.
    command = Text(max_length=prompts.MAX_COMMAND_CHARS + 1)
    title = Text(max_length=prompts.MAX_TITLE_CHARS, required=False, allow_blank=True, default="")
    text = Text(max_length=prompts.MAX_TEXT_CHARS, trim_whitespace=False)


class PromptChange(serializers.Serializer[Any]):
    command = Text(max_length=prompts.MAX_COMMAND_CHARS + 1, required=False)
    title = Text(max_length=prompts.MAX_TITLE_CHARS, required=False, allow_blank=True)
    text = Text(max_length=prompts.MAX_TEXT_CHARS, required=False, trim_whitespace=False)


class PromptRow(serializers.Serializer[Any]):
    prompt_id = serializers.UUIDField()
    command = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    mine = serializers.BooleanField()


class Prompts(serializers.Serializer[Any]):
    prompts = PromptRow(many=True)


class PromptsView(APIView):
    @extend_schema(responses=Prompts)
    def get(self, request: Request) -> Response:
        """The prompts that you can use: your own, and those of everybody."""
        return Response({"prompts": [presenters.prompt_row(row) for row in selectors.prompts(signed_in(request))]})

    @extend_schema(request=PromptBody, responses={201: PromptRow})
    def post(self, request: Request) -> Response:
        """Save a prompt of your own. `{{name}}` or `{{name|default}}` in its text is asked for when it is used."""
        user = signed_in(request)
        body = PromptBody(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(presenters.prompt_row(prompts.create(user, **body.validated_data)), status=201)


class PromptView(APIView):
    @extend_schema(request=PromptChange, responses=PromptRow)
    def patch(self, request: Request, prompt_id: str) -> Response:
        """Change a prompt of your own."""
        user = signed_in(request)
        # Before the body is looked at: what is not yours answers the same, whatever you send.
        selectors.prompt(user, prompt_id)
        body = PromptChange(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(presenters.prompt_row(prompts.update(user, prompt_id, PromptChanges(**body.validated_data))))

    @extend_schema(request=None, responses=Notice)
    def delete(self, request: Request, prompt_id: str) -> Response:
        """Delete a prompt of your own."""
        prompts.delete(signed_in(request), prompt_id)
        return Response({"message": _("The prompt has been deleted.")})
