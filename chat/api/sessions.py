"""Lists of sessions, and single ones."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import throttling
from accounts.authentication import signed_in
from accounts.models import User
from aihelper.lib.compression import compressed
from chat import presenters, selectors
from chat.api import serializers
from chat.models import Session
from chat.selectors import SessionFilters
from chat.services import branches, sessions

SEARCHES_PER_MINUTE = 60


class StartView(APIView):
    @extend_schema(request=serializers.Start, responses={201: serializers.Started})
    def post(self, request: Request) -> Response:
        """Begin an empty session."""
        body = _valid(serializers.Start(data=request.data)).validated_data
        session = sessions.start_session(signed_in(request), body["role"], body["model_id"], body["folder_id"])
        welcome = session.role.text("welcome_message") if session.role else ""
        return Response({"session_id": session.session_id, "welcome_message": welcome}, status=201)


class SessionsView(APIView):
    @compressed
    @extend_schema(parameters=[serializers.SessionsQuery], responses=serializers.Sessions)
    def get(self, request: Request) -> Response:
        """Your sessions, pinned ones first, then the newest; or those of a folder, of the archive, of the trash."""
        query = _valid(serializers.SessionsQuery(data=request.query_params.dict()))
        return Response(_page(signed_in(request), query, query.filters()))


class HistoryView(APIView):
    @extend_schema(
        parameters=[
            serializers.HistoryQuery,
            OpenApiParameter("session_id", str, description="A session: then its conversation is answered."),
            OpenApiParameter("before", int, description="With session_id: messages before this seq."),
        ],
        responses=serializers.History,
    )
    def get(self, request: Request) -> Response:
        """Your sessions, searched and filtered; or with `session_id` the conversation in that session."""
        if "session_id" in request.query_params:
            return Response(self._conversation(request))
        query = _valid(serializers.HistoryQuery(data=request.query_params.dict()))
        user, filters = signed_in(request), query.filters()
        if filters.q:
            # A search reads every message of the person.
            throttling.hit(f"search:{user.pk}", limit=SEARCHES_PER_MINUTE, seconds=60)
        return Response(_page(user, query, filters))

    def _conversation(self, request: Request) -> dict[str, Any]:
        detail = _detail(request, request.query_params["session_id"])
        rows = [row | {"timestamp": row["create_time"]} for row in detail["messages"]]
        return {"session": detail["session"], "conversation": rows, "next": detail["next"]}


class PeriodView(APIView):
    @extend_schema(request=serializers.Period, responses=serializers.Sessions)
    def post(self, request: Request) -> Response:
        """The sessions with something in a period. A plain date as its end takes in the whole day."""
        body = _valid(serializers.Period(data=request.data))
        return Response(_page(signed_in(request), body, body.filters()))


class ClearView(APIView):
    @extend_schema(request=None, responses=serializers.Notice)
    def delete(self, request: Request, session_id: str) -> Response:
        """Delete the messages of a session and keep the session."""
        sessions.clear(signed_in(request), session_id)
        return Response({"message": _("The messages have been deleted.")})


class SessionView(APIView):
    @compressed
    @extend_schema(parameters=[serializers.ConversationQuery], responses=serializers.Detail)
    def get(self, request: Request, session_id: str) -> Response:
        """A session and the end of the branch on show, oldest first; `next` as `before` gives what came before."""
        return Response(_detail(request, session_id))

    @extend_schema(request=serializers.Changes, responses=serializers.Session)
    def patch(self, request: Request, session_id: str) -> Response:
        """Rename, pin, archive, move to a folder, mark as read; choose another model, role or branch."""
        user = signed_in(request)
        # Before the body is looked at: what is not yours answers the same, whatever you send.
        selectors.session(user, session_id)
        body = _valid(serializers.Changes(data=request.data))
        return Response(_row(sessions.update(user, session_id, body.changes())))

    @extend_schema(request=None, responses=serializers.Notice)
    def delete(self, request: Request, session_id: str) -> Response:
        """Put a session into the trash. An answer that is being written in it is stopped."""
        sessions.delete(signed_in(request), session_id)
        return Response({"message": _("The chat has been deleted.")})


class BranchView(APIView):
    @extend_schema(request=serializers.BranchBody, responses={201: serializers.Session})
    def post(self, request: Request, session_id: str) -> Response:
        """Begin a new session with a copy of this one, up to a message."""
        user = signed_in(request)
        selectors.session(user, session_id)
        body = _valid(serializers.BranchBody(data=request.data)).validated_data
        return Response(_row(branches.branch(user, session_id, body["message_id"])), status=201)


def _valid(serializer: Any) -> Any:
    serializer.is_valid(raise_exception=True)
    return serializer


def _row(session: Session) -> dict[str, Any]:
    return presenters.session_row(session, selectors.generating([session.pk]).get(session.pk))


def _page(user: User, query: Any, filters: SessionFilters) -> dict[str, Any]:
    given = query.validated_data
    page = selectors.sessions_page(user, given["cursor"], given["limit"], filters)
    generating = selectors.generating([session.pk for session in page.sessions])
    rows = [presenters.session_row(session, generating.get(session.pk)) for session in page.sessions]
    return {"sessions": rows, "next": page.next}


def _detail(request: Request, session_id: str) -> dict[str, Any]:
    user = signed_in(request)
    session = selectors.session(user, session_id)
    query = _valid(serializers.ConversationQuery(data=request.query_params.dict())).validated_data
    page = selectors.conversation(user, session, query["before"], query["limit"], query["reach"])
    messages = [
        presenters.message_row(
            entry.message, entry.siblings, entry.generation, entry.stored, with_attempts=user.is_staff
        )
        for entry in (*page.entries, *page.beside)
    ]
    return {"session": _row(session), "messages": messages, "next": page.next}
