"""Routes of one's own account: profile, password, avatar."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import avatars, profile, services
from accounts.api import serializers
from accounts.api.sign_in import THROTTLED
from accounts.authentication import signed_in


class InfoView(APIView):
    @extend_schema(responses=serializers.Profile)
    def get(self, request: Request) -> Response:
        """Who am I?"""
        return Response(profile.describe(signed_in(request)))

    @extend_schema(request=serializers.ProfileChange, responses=serializers.Profile)
    def patch(self, request: Request) -> Response:
        """Change e-mail, language or preferences. Preferences that are not named stay; null removes one."""
        serializer = serializers.ProfileChange(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.update_profile(signed_in(request), **serializer.validated_data)
        return Response(profile.describe(signed_in(request)))


class AccountView(APIView):
    @extend_schema(
        request=serializers.AccountDeletion,
        responses={
            200: serializers.Deleted,
            409: OpenApiResponse(description="The last administrator (last_admin)."),
            429: THROTTLED,
        },
    )
    def delete(self, request: Request) -> Response:
        """Delete the account with all its conversations, for good. The current password is needed."""
        serializer = serializers.AccountDeletion(data=request.data)
        serializer.is_valid(raise_exception=True)
        password = serializer.validated_data["current_password"]
        services.delete_account(request._request, signed_in(request), password)
        return Response({"message": _("Your account has been deleted.")})


class PasswordView(APIView):
    @extend_schema(request=serializers.PasswordChange, responses={200: serializers.NewTokens, 429: THROTTLED})
    def post(self, request: Request) -> Response:
        """Change the password. Every other session and token ends; this browser stays signed in."""
        serializer = serializers.PasswordChange(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        pair = services.change_password(
            request._request, signed_in(request), given["current_password"], given["new_password"]
        )
        message = _("Your password has been changed.")
        return Response({"message": message, "access": pair.access, "refresh": pair.refresh})


class AvatarView(APIView):
    parser_classes = (MultiPartParser,)

    @extend_schema(
        request=serializers.AvatarUpload,
        responses={
            200: serializers.Avatar,
            400: OpenApiResponse(description="Not a PNG, JPEG, WebP or GIF picture (image_not_valid)."),
            413: OpenApiResponse(description="Larger than 2 MB, or too many pixels (too_large)."),
        },
    )
    def post(self, request: Request) -> Response:
        """Set the avatar: PNG, JPEG, WebP or GIF up to 2 MB; it becomes a WebP of 256 x 256 pixels."""
        serializer = serializers.AvatarUpload(data=request.data)
        serializer.is_valid(raise_exception=True)
        avatars.store(signed_in(request), serializer.validated_data["file"])
        return Response({"avatar": avatars.url_of(signed_in(request))})

    @extend_schema(request=None, responses=serializers.Avatar)
    def delete(self, request: Request) -> Response:
        """Remove the avatar."""
        avatars.remove(signed_in(request))
        return Response({"avatar": None})


class AvatarFileView(APIView):
    @extend_schema(responses={(200, "image/webp"): OpenApiTypes.BINARY})
    def get(self, request: Request, name: UUID) -> HttpResponse:
        """The picture itself, for signed-in people. Its name never stands for another picture."""
        response = HttpResponse(avatars.read(name), content_type="image/webp")
        response["Cache-Control"] = "private, max-age=31536000, immutable"
        response["Content-Disposition"] = "inline"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["X-Content-Type-Options"] = "nosniff"
        return response
