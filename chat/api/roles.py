"""The personas to choose from."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import signed_in
from chat.api import serializers
from chat.models import Role
from chat.services import roles


class RolesView(APIView):
    @extend_schema(responses=serializers.Roles)
    def get(self, request: Request) -> Response:
        """The roles that you may choose, in the language of the request."""
        visible = roles.visible_roles(signed_in(request))
        default = roles.default_of(visible)
        return Response({"roles": [_row(role) for role in visible], "default_role": default.slug if default else None})


def _row(role: Role) -> dict[str, Any]:
    texts = {name: role.text(name) for name in ("name", "description", "welcome_message", "suggestions")}
    return {"slug": role.slug, "emoji": role.emoji, **texts}
