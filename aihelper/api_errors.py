"""The one place where an error becomes an HTTP answer: `{"detail", "code", "fields"?, "retry_after"?}`.

`exception_handler` serves DRF's views; the Django handlers below serve what happens before and beside
them. Pages outside /api/ get Django's own small pages.
"""

import math
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from aihelper.lib.errors import AppError, Forbidden, NotFound, NotSignedIn, TooManyRequests, Unavailable

log = structlog.get_logger(__name__)

JSON_PATHS = ("/api/", "/demo/", "/health")
INVALID = _("Please check what you entered.")
SERVER_ERROR = _("Something went wrong on the server. It has been written to the log.")
# The database is away or busy: worth another try, and no bug of the request.
DATABASE_AWAY = (OperationalError, InterfaceError)
# Codes of DRF that our clients know by another name.
_CODES = {"parse_error": "invalid_json"}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: the answer to an exception of a view, or None for a bug, which Django logs as a 500."""
    translated = _translate(error)
    if translated is None:
        return None
    status, body, headers = translated
    set_rollback()
    return Response(body, status=status, headers=headers)


def _translate(error: Exception) -> tuple[int, dict[str, Any], dict[str, str]] | None:
    if isinstance(error, DATABASE_AWAY):
        log.warning("database.unavailable", error=type(error).__name__)
        error = Unavailable()
    elif isinstance(error, Http404):
        error = NotFound()
    elif isinstance(error, PermissionDenied):
        error = Forbidden()
    elif isinstance(error, exceptions.NotAuthenticated):
        error = NotSignedIn()
    elif isinstance(error, exceptions.Throttled):
        error = TooManyRequests(retry_after=max(1, math.ceil(getattr(error, "wait", None) or 1)))
    if isinstance(error, AppError):
        return error.status, error.as_json(), _headers(error)
    if isinstance(error, ValidationError):
        error = exceptions.ValidationError(_from_django(error))
    if isinstance(error, exceptions.ValidationError):
        return error.status_code, validation_body(error.detail), {}
    if isinstance(error, exceptions.APIException):
        return error.status_code, _api_body(error), _headers(error)
    return None


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if isinstance(error, AppError):
        if "retry_after" in error.extra:
            headers["Retry-After"] = str(error.extra["retry_after"])
        if error.status == NotSignedIn.status:
            headers["WWW-Authenticate"] = 'Bearer realm="api"'
    elif header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    return headers


def _api_body(error: exceptions.APIException) -> dict[str, Any]:
    detail: Any = error.detail
    code: Any = error.get_codes()
    if isinstance(detail, dict):
        # SimpleJWT's errors carry their sentence and code inside.
        code, detail = detail.get("code", error.default_code), detail.get("detail", error.default_detail)
    elif isinstance(detail, list):
        code, detail = error.default_code, error.default_detail
    return {"detail": str(detail), "code": _CODES.get(str(code), str(code))}


def validation_body(detail: Any) -> dict[str, Any]:
    """The body of a 400 for a serializer's errors: sentences by field, nested names joined by a dot."""
    fields: dict[str, list[str]] = {}
    _collect(detail, "", fields)
    general = fields.pop("non_field_errors", None) or fields.pop("", None)
    only = next(iter(fields.values())) if len(fields) == 1 else None
    sentence = (general or only or [str(INVALID)])[0]
    return {"detail": sentence, "code": "invalid"} | ({"fields": fields} if fields else {})


def _collect(detail: Any, path: str, fields: dict[str, list[str]]) -> None:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            _collect(inner, f"{path}.{name}" if path else str(name), fields)
    elif isinstance(detail, list) and any(isinstance(item, (dict, list)) for item in detail):
        for position, inner in enumerate(detail):
            _collect(inner, f"{path}.{position}" if path else str(position), fields)
    elif detail:
        items = detail if isinstance(detail, list) else [detail]
        fields.setdefault(path, []).extend(str(item) for item in items)


def _from_django(error: ValidationError) -> Any:
    return error.message_dict if hasattr(error, "error_dict") else error.messages


def _is_json(request: HttpRequest) -> bool:
    return request.path.startswith(JSON_PATHS)


def database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to a request that failed because the database is away or busy: 503, worth another try."""
    log.warning("database.unavailable", error=type(error).__name__)
    away = Unavailable()
    if _is_json(request):
        response: HttpResponse = JsonResponse(away.as_json(), status=away.status)
    else:
        response = HttpResponse(str(away), status=away.status, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(away.extra["retry_after"])
    return response


def json_error(status: int, detail: Any, code: str, **extra: Any) -> JsonResponse:
    """An answer in the one error shape, for what stands outside DRF."""
    return JsonResponse({"detail": str(detail), "code": code, **extra}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    if _is_json(request):
        return json_error(400, AppError.sentence, "bad_request")
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    if _is_json(request):
        return json_error(403, Forbidden.sentence, Forbidden.code)
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    if _is_json(request):
        return json_error(404, NotFound.sentence, NotFound.code)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    if _is_json(request):
        return json_error(500, SERVER_ERROR, "server_error")
    return defaults.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What settings.CSRF_FAILURE_VIEW may name: the JSON shape for the API, Django's page elsewhere."""
    if _is_json(request):
        return json_error(403, _("The page is out of date. Please reload it and try again."), "csrf_failed")
    from django.views.csrf import csrf_failure as page

    return page(request, reason)
