"""One conversation as a file."""

from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.authentication import signed_in
from chat import selectors
from chat.exports.documents import FORMATS
from chat.exports.names import file_name


class ExportQuery(serializers.Serializer[Any]):
    format = serializers.ChoiceField(choices=list(FORMATS), default="json")


class OwnFormat(DefaultContentNegotiation):
    """`format` is ours here: the framework would look for a renderer of that name."""

    def filter_renderers(self, renderers: Any, format: str) -> Any:
        """All of them."""
        return renderers


class ExportView(APIView):
    content_negotiation_class = OwnFormat

    @extend_schema(parameters=[ExportQuery], responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, session_id: str) -> HttpResponse:
        """A chat as a file: `json` with all branches, `markdown`, `text` or `html` of the branch on show."""
        user = signed_in(request)
        session = selectors.session(user, session_id)
        query = ExportQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        wanted = FORMATS[query.validated_data["format"]]
        (whole,) = selectors.whole(user, [session.pk])
        name = f"{file_name(session.title)}.{wanted.ending}"
        response = HttpResponse(wanted.write(whole), content_type=wanted.media_type)
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
        # Should anybody ever show it under our address.
        response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
        return response
