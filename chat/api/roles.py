"""The personas to choose from, and those that people make for themselves."""

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
from chat.services import own_roles, roles
from chat.services.own_roles import RoleChanges


class Number(serializers.FloatField):
    """A JSON number."""

    def to_internal_value(self, data: Any) -> float:
        """Refuse strings, and true and false, which are numbers to Python."""
        if type(data) not in {int, float}:
            self.fail("invalid")
        return float(super().to_internal_value(data))


class RoleChange(serializers.Serializer[Any]):
    name = Text(max_length=own_roles.MAX_NAME, required=False)
    emoji = Text(max_length=own_roles.MAX_EMOJI, required=False, allow_blank=True)
    description = Text(max_length=own_roles.MAX_DESCRIPTION, required=False, allow_blank=True)
    welcome_message = Text(max_length=own_roles.MAX_WELCOME, required=False, allow_blank=True)
    system_prompt = Text(max_length=own_roles.MAX_PROMPT, required=False, allow_blank=True, trim_whitespace=False)
    suggestions = serializers.ListField(
        child=Text(max_length=own_roles.MAX_SUGGESTION, allow_blank=True),
        max_length=own_roles.MAX_SUGGESTIONS,
        required=False,
    )
    model_id = Text(max_length=200, required=False, allow_blank=True)
    temperature = Number(min_value=0, max_value=2, required=False, allow_null=True)

    def changes(self) -> RoleChanges:
        """What was sent; no temperature is told by null."""
        self.is_valid(raise_exception=True)
        given = dict(self.validated_data)
        if "temperature" in given and given["temperature"] is None:
            given["temperature"] = -1.0
        return RoleChanges(**given)


class RoleBody(RoleChange):
    name = Text(max_length=own_roles.MAX_NAME)


class RoleRow(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    emoji = serializers.CharField()
    description = serializers.CharField()
    welcome_message = serializers.CharField()
    suggestions = serializers.ListField(child=serializers.CharField())
    mine = serializers.BooleanField()
    has_prompt = serializers.BooleanField()


class OwnRole(RoleRow):
    system_prompt = serializers.CharField()
    model_id = serializers.CharField(allow_null=True)
    temperature = serializers.FloatField(allow_null=True)


class Roles(serializers.Serializer[Any]):
    roles = RoleRow(many=True)
    default_role = serializers.CharField(allow_null=True)


class RolesView(APIView):
    @extend_schema(operation_id="api_roles_list", responses=Roles)
    def get(self, request: Request) -> Response:
        """The roles that you may choose, in the language of the request; your own (`mine`) at the end."""
        visible = roles.visible_roles(signed_in(request))
        default = roles.default_of(visible)
        rows = [presenters.role_row(role) for role in visible]
        return Response({"roles": rows, "default_role": default.slug if default else None})

    @extend_schema(request=RoleBody, responses={201: OwnRole})
    def post(self, request: Request) -> Response:
        """Make a role of your own. Only you can see and choose it."""
        user = signed_in(request)
        return Response(presenters.own_role(own_roles.create(user, RoleBody(data=request.data).changes())), status=201)


class RoleView(APIView):
    @extend_schema(responses=OwnRole)
    def get(self, request: Request, slug: str) -> Response:
        """A role of your own, with its instructions. Those of everybody's roles are shown to nobody."""
        return Response(presenters.own_role(selectors.own_role(signed_in(request), slug)))

    @extend_schema(request=RoleChange, responses=OwnRole)
    def patch(self, request: Request, slug: str) -> Response:
        """Change a role of your own. Conversations that have it speak by it from the next answer on."""
        user = signed_in(request)
        # Before the body is looked at: what is not yours answers the same, whatever you send.
        selectors.own_role(user, slug)
        return Response(presenters.own_role(own_roles.update(user, slug, RoleChange(data=request.data).changes())))

    @extend_schema(request=None, responses=Notice)
    def delete(self, request: Request, slug: str) -> Response:
        """Delete a role of your own. Its conversations stay, and go on without it."""
        own_roles.delete(signed_in(request), slug)
        return Response({"message": _("The role has been deleted.")})
