"""Texts to attach to a message."""

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import throttling
from accounts.authentication import signed_in
from aihelper.lib.parsers import StrictJSONParser
from chat import presenters, selectors
from chat.api.fields import Text
from chat.api.serializers import Attachment, Notice
from chat.services import documents

UPLOADS_PER_MINUTE = 60


class DocumentText(serializers.Serializer[Any]):
    name = Text(max_length=1000, required=False, allow_blank=True, default="")
    text = Text(allow_blank=True, trim_whitespace=False)


class DocumentFile(serializers.Serializer[Any]):
    file = serializers.FileField(allow_empty_file=True, max_length=1000)


class DocumentsView(APIView):
    parser_classes = (StrictJSONParser, MultiPartParser)

    @extend_schema(
        request={"application/json": DocumentText, "multipart/form-data": DocumentFile},
        responses={
            201: Attachment,
            400: OpenApiResponse(description="Not a text (not_a_text), or none in it (empty_document)."),
            413: OpenApiResponse(description="Too large (document_too_large), or no room left (documents_full)."),
        },
    )
    def post(self, request: Request) -> Response:
        """Store a text to attach: a file (UTF-8, UTF-16 or GB18030, up to 1 MB), or JSON with `name` and `text`."""
        user = signed_in(request)
        throttling.hit(f"upload:{user.pk}", limit=UPLOADS_PER_MINUTE, seconds=60)
        name, content = self._given(request)
        return Response(presenters.attachment_row(documents.create(user, name, content)), status=201)

    def _given(self, request: Request) -> tuple[str, str | bytes]:
        if (request.content_type or "").startswith("multipart/"):
            form = DocumentFile(data=request.data)
            form.is_valid(raise_exception=True)
            file = form.validated_data["file"]
            # One byte more than may be: the service says what is wrong with it.
            return str(file.name), bytes(file.read(documents.MAX_BYTES + 1))
        body = DocumentText(data=request.data)
        body.is_valid(raise_exception=True)
        return body.validated_data["name"], body.validated_data["text"]


class DocumentView(APIView):
    @extend_schema(responses={(200, "text/plain"): OpenApiTypes.STR})
    def get(self, request: Request, document_id: str) -> HttpResponse:
        """The text of an attachment, as a file to keep."""
        document = selectors.document(signed_in(request), document_id)
        # Always as plain text and never shown in place: whatever it is, no browser runs it.
        response = HttpResponse(document.content.encode(), content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(document.name, safe='')}"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response

    @extend_schema(request=None, responses=Notice)
    def delete(self, request: Request, document_id: str) -> Response:
        """Delete an attachment that was not sent."""
        documents.delete(signed_in(request), document_id)
        return Response({"message": _("The attachment has been deleted.")})
