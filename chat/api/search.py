"""The search over titles and texts."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import throttling
from accounts.authentication import signed_in
from chat import presenters, selectors
from chat.api.serializers import (
    MAX_CURSOR,
    MAX_ID,
    MAX_MODEL_ID,
    MAX_SEARCH,
    MAX_SLUG,
    PeriodQuery,
    Session,
    optional,
)  # fmt: skip
from chat.models.message import MessageRole
from chat.search.query import parse
from chat.selectors.search import Facets, Found, SearchFilters, search

# People see results while they type: that is several searches for each that they mean.
SEARCHES_PER_MINUTE = 240
PER_PAGE, MAX_PER_PAGE = 20, 50


class SearchQuery(PeriodQuery):
    q = serializers.CharField(max_length=MAX_SEARCH, allow_blank=True)
    model = optional(MAX_MODEL_ID)
    role = optional(MAX_SLUG)
    folder = optional(MAX_ID)
    cursor = optional(MAX_CURSOR)
    limit = serializers.IntegerField(min_value=1, max_value=MAX_PER_PAGE, default=PER_PAGE)

    def filters(self) -> SearchFilters:
        """What is searched. Raises AppError for a period that is none."""
        given = self.validated_data
        return SearchFilters(*self.period(), given["model"], given["role"], given["folder"])


class Excerpt(serializers.Serializer[Any]):
    message_id = serializers.IntegerField()
    role = serializers.ChoiceField(choices=MessageRole.values)
    file = serializers.CharField(allow_null=True)
    text = serializers.CharField()
    marks = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))


class Result(serializers.Serializer[Any]):
    session = Session()
    title_marks = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    excerpts = Excerpt(many=True)


class ModelCount(serializers.Serializer[Any]):
    model_id = serializers.CharField()
    count = serializers.IntegerField()


class RoleCount(serializers.Serializer[Any]):
    role = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField()


class FolderCount(serializers.Serializer[Any]):
    folder_id = serializers.UUIDField()
    name = serializers.CharField()
    emoji = serializers.CharField()
    count = serializers.IntegerField()


class FacetCounts(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    exact = serializers.BooleanField()
    models = ModelCount(many=True)
    roles = RoleCount(many=True)
    folders = FolderCount(many=True)
    first = serializers.DateTimeField(allow_null=True)
    last = serializers.DateTimeField(allow_null=True)


class SearchResults(serializers.Serializer[Any]):
    results = Result(many=True)
    facets = FacetCounts()
    next = serializers.CharField(allow_null=True)


class SearchView(APIView):
    @extend_schema(parameters=[SearchQuery], responses=SearchResults)
    def get(self, request: Request) -> Response:
        """Your sessions with certain words in their titles or texts, with the places where they stand.

        All words have to be in one message with its attachments, or in the title; "several words" as a phrase, -word
        not at all.
        """
        query = SearchQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        user, filters = signed_in(request), query.filters()
        throttling.hit(f"find:{user.pk}", limit=SEARCHES_PER_MINUTE, seconds=60)
        given = query.validated_data
        page = search(user, parse(given["q"]), filters, given["cursor"], given["limit"])
        generating = selectors.generating([found.session.pk for found in page.results])
        return Response(
            {
                "results": [_result(found, generating.get(found.session.pk)) for found in page.results],
                "facets": _facets(page.facets),
                "next": page.next,
            }
        )


def _result(found: Found, generating: str | None) -> dict[str, Any]:
    return {
        "session": presenters.session_row(found.session, generating),
        "title_marks": found.title_marks,
        "excerpts": [
            {
                "message_id": message.message_id,
                "role": message.role,
                "file": message.file,
                "text": message.excerpt.text,
                "marks": message.excerpt.marks,
            }
            for message in found.messages
        ],
    }


def _facets(facets: Facets) -> dict[str, Any]:
    return {
        "total": facets.total,
        "exact": facets.exact,
        "models": [{"model_id": model_id, "count": count} for model_id, count in facets.models],
        "roles": [{"role": role.slug, "name": role.text("name"), "count": count} for role, count in facets.roles],
        "folders": [
            {"folder_id": folder.folder_id, "name": folder.name, "emoji": folder.emoji, "count": count}
            for folder, count in facets.folders
        ],
        "first": presenters.moment(facets.first) if facets.first else None,
        "last": presenters.moment(facets.last) if facets.last else None,
    }
