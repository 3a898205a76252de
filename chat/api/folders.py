"""Folders: the groups in a person's list of sessions."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from accounts.models import User
from chat import presenters, selectors
from chat.api.fields import Text
from chat.api.serializers import MAX_ID, Notice, Session
from chat.services import folders

# The service says how long they may be: it counts without the blanks around them.
MAX_TEXT = 1000


class FolderBody(serializers.Serializer[Any]):
    name = Text(max_length=MAX_TEXT, allow_blank=True)
    emoji = Text(max_length=MAX_TEXT, required=False, allow_blank=True, default="")


class FolderChanges(serializers.Serializer[Any]):
    name = Text(max_length=MAX_TEXT, required=False, allow_blank=True)
    emoji = Text(max_length=MAX_TEXT, required=False, allow_blank=True)


class FolderOrder(serializers.Serializer[Any]):
    ids = serializers.ListField(child=Text(max_length=MAX_ID), max_length=folders.MAX_FOLDERS)


class Folder(serializers.Serializer[Any]):
    folder_id = serializers.UUIDField()
    name = serializers.CharField()
    emoji = serializers.CharField()
    session_count = serializers.IntegerField()


class Folders(serializers.Serializer[Any]):
    folders = Folder(many=True)


class FolderList(Folders):
    lively = Session(many=True)


class FoldersView(APIView):
    @extend_schema(responses=FolderList)
    def get(self, request: Request) -> Response:
        """Your folders in their order, with the number of sessions in each, and the sessions in them that have news."""
        user = signed_in(request)
        lively = [presenters.session_row(*found) for found in selectors.lively(user)]
        return Response({**_all(user), "lively": lively})

    @extend_schema(request=FolderBody, responses={201: Folder})
    def post(self, request: Request) -> Response:
        """Make a folder, at the end of yours."""
        body = _valid(FolderBody(data=request.data))
        return Response(presenters.folder_row(folders.create(signed_in(request), **body)), status=201)


class FolderView(APIView):
    @extend_schema(request=FolderChanges, responses=Folder)
    def patch(self, request: Request, folder_id: str) -> Response:
        """Rename a folder, or give it another emoji."""
        user = signed_in(request)
        # Before the body is looked at: what is not yours answers the same, whatever you send.
        selectors.folder(user, folder_id)
        folders.update(user, folder_id, **_valid(FolderChanges(data=request.data)))
        changed = next(folder for folder in selectors.folders(user) if folder.folder_id == folder_id)
        return Response(presenters.folder_row(changed))

    @extend_schema(request=None, responses=Notice)
    def delete(self, request: Request, folder_id: str) -> Response:
        """Take a folder away. The sessions in it stay, in no folder."""
        folders.delete(signed_in(request), folder_id)
        return Response({"message": _("The folder has been deleted. Its chats are still there.")})


class FolderOrderView(APIView):
    @extend_schema(request=FolderOrder, responses=Folders)
    def post(self, request: Request) -> Response:
        """Put your folders into an order."""
        user = signed_in(request)
        folders.reorder(user, _valid(FolderOrder(data=request.data))["ids"])
        return Response(_all(user))


def _all(user: User) -> dict[str, Any]:
    return {"folders": [presenters.folder_row(folder) for folder in selectors.folders(user)]}


def _valid(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
