"""Chats from elsewhere."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import throttling
from accounts.authentication import signed_in
from aihelper.lib.errors import TooLarge
from chat import presenters, selectors
from chat.services import imports

IMPORTS_PER_HOUR = 60


class ImportBody(serializers.Serializer[Any]):
    file = serializers.FileField(max_length=1000)
    dry_run = serializers.BooleanField(default=False)


class ImportItem(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in imports.Outcome])
    title = serializers.CharField(allow_blank=True)
    format = serializers.CharField(allow_null=True)
    messages = serializers.IntegerField()
    attachments_left_out = serializers.IntegerField()
    session_id = serializers.UUIDField(allow_null=True)
    code = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class ImportReport(serializers.Serializer[Any]):
    import_id = serializers.UUIDField(allow_null=True)
    dry_run = serializers.BooleanField()
    formats = serializers.ListField(child=serializers.CharField())
    ready = serializers.IntegerField()
    imported = serializers.IntegerField()
    already = serializers.IntegerField()
    left_out = serializers.IntegerField()
    items = ImportItem(many=True)


class ImportRow(serializers.Serializer[Any]):
    import_id = serializers.UUIDField()
    file_name = serializers.CharField(allow_blank=True)
    formats = serializers.ListField(child=serializers.CharField())
    imported = serializers.IntegerField()
    already = serializers.IntegerField()
    left_out = serializers.IntegerField()
    create_time = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


class ImportRows(serializers.Serializer[Any]):
    imports = ImportRow(many=True)
    max_bytes = serializers.IntegerField()


class Undone(serializers.Serializer[Any]):
    removed = serializers.IntegerField()
    kept = serializers.IntegerField()


class ImportsView(APIView):
    parser_classes = (MultiPartParser,)

    @extend_schema(responses=ImportRows)
    def get(self, request: Request) -> Response:
        """What you have imported, the newest first, and how large a file may be."""
        rows = [presenters.import_row(row) for row in selectors.chat_imports(signed_in(request))]
        return Response({"imports": rows, "max_bytes": settings.MAX_IMPORT_BYTES})

    @extend_schema(
        request={"multipart/form-data": ImportBody},
        responses={
            200: ImportReport,
            400: OpenApiResponse(description="Nothing that can be read (unreadable_import)."),
            413: OpenApiResponse(description="Too large (too_large)."),
        },
    )
    def post(self, request: Request) -> Response:
        """Import an export of another program (docs/import.md); `dry_run` only says what would be."""
        user = signed_in(request)
        throttling.hit(f"import:{user.pk}", limit=IMPORTS_PER_HOUR, seconds=3600)
        form = ImportBody(data=request.data)
        form.is_valid(raise_exception=True)
        file: UploadedFile[bytes] = form.validated_data["file"]
        if (file.size or 0) > settings.MAX_IMPORT_BYTES:
            sentence = _("The file is too large. An administrator can import it from the command line.")
            raise TooLarge(sentence, max_bytes=settings.MAX_IMPORT_BYTES)
        dry_run = form.validated_data["dry_run"]
        report = imports.import_chats(user, file, str(file.name), dry_run=dry_run)
        return Response(report.as_json())


class ImportView(APIView):
    @extend_schema(request=None, responses=Undone)
    def delete(self, request: Request, import_id: str) -> Response:
        """Take an import back: its chats go for good, but those that you have gone on with."""
        undone = imports.undo(signed_in(request), import_id)
        return Response({"removed": undone.removed, "kept": undone.kept})
