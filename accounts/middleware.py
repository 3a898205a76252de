"""The language of a request."""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from accounts.models import User


class LocaleMiddleware:
    """Answers in the language that the cookie or Accept-Language asks for.

    A signed-in user's own language goes before them, without a query here: the API switches to it when it
    has found out who is asking, and a page that finds the cookie different corrects it for the next one.
    Django's own middleware would send each request through a thread, and knows no user.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Run the request in its language."""
        if self.is_async:
            return self._acall(request)
        with translation.override(translation.get_language_from_request(request)):
            return _finish(request, self.get_response(request))

    async def _acall(self, request: HttpRequest) -> HttpResponseBase:
        with translation.override(translation.get_language_from_request(request)):
            return _finish(request, await self.get_response(request))


def _finish(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    patch_vary_headers(response, ("Accept-Language",))
    response.headers.setdefault("Content-Language", translation.get_language())
    user = _known_user(request)
    if user is not None and user.locale and request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != user.locale:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, user.locale, max_age=365 * 24 * 3600, samesite="Lax", secure=settings.HTTPS
        )
    return response


def _known_user(request: HttpRequest) -> User | None:
    """The request's user if somebody has already looked; to look here would cost queries."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = getattr(request, "_cached_user", None)
    return user if isinstance(user, User) else None
