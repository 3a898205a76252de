"""The site's logo."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.site import logo


class LogoView(APIView):
    # Whoever asks: a token that has ended is no reason to draw no sign-in page.
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(responses={(200, "image/webp"): OpenApiTypes.BINARY}, auth=[])
    def get(self, request: Request, name: UUID) -> HttpResponse:
        """The site's logo, for everybody: it stands on the sign-in page. Its name never stands for another picture."""
        response = HttpResponse(logo.read(name), content_type="image/webp")
        response["Cache-Control"] = "public, max-age=31536000, immutable"
        response["Content-Disposition"] = "inline"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["X-Content-Type-Options"] = "nosniff"
        return response
