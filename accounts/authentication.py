"""Who is asking: for DRF's views, and for the consumers that stand outside Django's middleware.

All functions are synchronous; consumers call them through `aihelper.lib.db.run_db`. A session costs two
queries, a bearer token one.
"""

from importlib import import_module
from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, QueryDict, parse_cookie
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, CSRFCheck, SessionAuthentication, get_authorization_header
from rest_framework.request import Request

from accounts import selectors, tickets, tokens
from accounts.models import User
from accounts.sessions import stored_key
from aihelper.lib.errors import Forbidden, NotSignedIn

Scope = dict[str, Any]


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>`, for programs. `request.auth` is the token's Claims."""

    def authenticate(self, request: Request) -> tuple[User, tokens.Claims] | None:
        """Whom the token speaks for; None when there is none, so that the session may answer."""
        token = _bearer(get_authorization_header(request))
        if token is None:
            return None
        try:
            user, claims = tokens.user_of_access(token)
        except NotSignedIn as error:
            raise exceptions.AuthenticationFailed(str(error.detail), error.code) from error
        _speak_with(user)
        return user, claims

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'Bearer realm="api"'


class BrowserAuthentication(SessionAuthentication):
    """Django's session, with its CSRF check on everything that writes."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """Whom the session belongs to."""
        user = request._request.user
        if not isinstance(user, User):
            return None
        self.enforce_csrf(request)
        _speak_with(user)
        return user, None

    def enforce_csrf(self, request: Request | HttpRequest) -> None:
        """Raises PermissionDenied with the code csrf_failed."""
        plain = request._request if isinstance(request, Request) else request
        if _csrf_fault(plain):
            raise exceptions.PermissionDenied(_csrf_sentence(), "csrf_failed")


def signed_in(request: Request) -> User:
    """The user of a view that admits only signed-in people."""
    if not isinstance(request.user, User):
        raise NotSignedIn
    return request.user


def user_from_scope(scope: Scope) -> User | AnonymousUser:
    """Whom the bearer token or the session cookie of an ASGI scope belongs to.

    Raises NotSignedIn for a bad bearer token; a session that has ended is anonymous.
    """
    token = _bearer(_header(scope, b"authorization"))
    if token is not None:
        return user_from_token(token)
    key = _session_key(scope)
    if not key:
        return AnonymousUser()
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user(request)
    return user if isinstance(user, User) else AnonymousUser()


def sign_in_of(scope: Scope, token: str | None = None) -> str | None:
    """The sign-in by which an accepted scope (or the `token` of its query) speaks, for `selectors.live_sign_ins`.

    None for what does not end with a sign-in. A ticket's is told by whom it admits (`user_from_ticket`).
    """
    token = token or _bearer(_header(scope, b"authorization"))
    if token is not None:
        return f"{selectors.TOKENS}{tokens.family_of(token)}"
    key = _session_key(scope)
    return f"{selectors.SESSION}{stored_key(key)}" if key else None


def sign_in_of_request(request: Request) -> str | None:
    """The same for a view's request."""
    if isinstance(request.auth, tokens.Claims):
        return f"{selectors.TOKENS}{request.auth.family.hex}"
    key = request._request.session.session_key
    return f"{selectors.SESSION}{stored_key(key)}" if key else None


def user_from_token(token: str) -> User:
    """Whom an access token speaks for. Raises NotSignedIn."""
    return tokens.user_of_access(token)[0]


def user_from_ticket(ticket: str) -> tickets.Admission:
    """Whom a socket ticket admits, this once, and the sign-in by which. Raises NotSignedIn."""
    return tickets.redeem(ticket)


def check_csrf(scope: Scope) -> None:
    """Hold a request outside Django's middleware to Django's own rule: token in the header, exact Origin.

    A request with a bearer token passes: no browser sends one unasked. Raises Forbidden(csrf_failed).
    """
    if _bearer(_header(scope, b"authorization")) is None and _csrf_fault(_request(scope)):
        raise Forbidden(_csrf_sentence(), code="csrf_failed")


def check_origin(scope: Scope) -> None:
    """Refuse a socket that another site's page opens. Raises Forbidden(origin_refused).

    Scheme, host and port must be this server's own or one of settings.TRUSTED_ORIGINS; none is refused too.
    """
    request = _request(scope)
    if "HTTP_ORIGIN" not in request.META or not origin_allowed(request):
        raise Forbidden(code="origin_refused")


def origin_allowed(request: HttpRequest) -> bool:
    """Whether the page that sent this is ours: scheme, host and port. Programs send no Origin, and are allowed."""
    origin = request.META.get("HTTP_ORIGIN")
    if origin is None or origin in settings.TRUSTED_ORIGINS:
        return True
    try:
        return bool(origin == f"{request.scheme}://{request.get_host()}")
    except DisallowedHost:
        return False


def language_of(scope: Scope, user: User | AnonymousUser) -> str:
    """The language to answer in: the user's own, else what the cookie or Accept-Language asks for."""
    chosen = user.locale if isinstance(user, User) else ""
    return chosen or translation.get_language_from_request(_request(scope))


def _csrf_fault(request: HttpRequest) -> object:
    """Why Django's own middleware would refuse the request; None when it would not."""
    check = CSRFCheck(lambda request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, HttpResponse, (), {})


def _csrf_sentence() -> str:
    return _("This page is out of date. Please reload it and try again.")


def _request(scope: Scope) -> ASGIRequest:
    """The scope as a request without query and body; a socket's handshake counts as a GET."""
    scheme = {"ws": "http", "wss": "https"}.get(scope.get("scheme", "http"), scope.get("scheme", "http"))
    request = ASGIRequest({"method": "GET", **scope, "scheme": scheme, "query_string": b""}, BytesIO())
    request.POST = QueryDict()
    return request


def _session_key(scope: Scope) -> str | None:
    return parse_cookie(_header(scope, b"cookie").decode("latin-1")).get(settings.SESSION_COOKIE_NAME)


def _header(scope: Scope, name: bytes) -> bytes:
    return next((value for key, value in scope.get("headers", ()) if key.lower() == name), b"")


def _bearer(header: bytes) -> str | None:
    """The token of an Authorization header of the Bearer kind, else None."""
    scheme, _space, token = header.partition(b" ")
    return token.strip().decode("latin-1") if scheme.lower() == b"bearer" else None


def _speak_with(user: User) -> None:
    """Answer in the user's own language; the middleware ends it with the request."""
    if user.locale:
        translation.activate(user.locale)
