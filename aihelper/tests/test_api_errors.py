"""Whatever goes wrong, the API answers in one shape."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.test import APIClient

from aihelper.api_errors import exception_handler, validation_body
from aihelper.lib import errors


def answer(error: Exception) -> tuple[int, dict[str, Any], dict[str, str]]:
    response = exception_handler(error, {})
    assert response is not None
    return response.status_code, response.data, dict(response.headers)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.AppError(), 400, "invalid"),
        (errors.NotSignedIn(), 401, "not_authenticated"),
        (errors.Forbidden(code="csrf_failed"), 403, "csrf_failed"),
        (errors.NotFound(), 404, "not_found"),
        (errors.Conflict(), 409, "conflict"),
        (errors.TooLarge(), 413, "too_large"),
        (errors.TooManyRequests(retry_after=7), 429, "throttled"),
        (errors.Unavailable(), 503, "unavailable"),
        (Http404("secret path"), 404, "not_found"),
        (PermissionDenied("why"), 403, "permission_denied"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (exceptions.AuthenticationFailed(), 401, "authentication_failed"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("text/x"), 415, "unsupported_media_type"),
        (exceptions.ParseError(), 400, "invalid_json"),
        (exceptions.Throttled(wait=1.2), 429, "throttled"),
        (OperationalError("2006, gone away at db.internal"), 503, "unavailable"),
        (InterfaceError("closed"), 503, "unavailable"),
    ],
)
def test_every_error_has_the_shape(error: Exception, status: int, code: str) -> None:
    found, body, _headers = answer(error)
    assert (found, body["code"]) == (status, code)
    assert isinstance(body["detail"], str) and body["detail"]
    assert "db.internal" not in str(body) and "secret path" not in str(body)


def test_a_bug_is_left_to_django() -> None:
    assert exception_handler(KeyError("x"), {}) is None
    assert exception_handler(IntegrityError("x"), {}) is None


def test_waiting_times_stand_in_the_body_and_the_header() -> None:
    _status, body, headers = answer(errors.TooManyRequests(retry_after=7))
    assert body["retry_after"] == 7 and headers["Retry-After"] == "7"
    _status, body, headers = answer(exceptions.Throttled(wait=1.2))
    assert body["retry_after"] == 2 and headers["Retry-After"] == "2"


def test_401_names_the_way_to_sign_in() -> None:
    assert answer(errors.NotSignedIn())[2]["WWW-Authenticate"].startswith("Bearer")


class Inner(serializers.Serializer[Any]):
    size = serializers.IntegerField()


class Outer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=3)
    one = Inner()
    rows = Inner(many=True, required=False)


def test_serializer_errors_come_by_field() -> None:
    outer = Outer(data={"name": "long name", "one": {"size": "x"}, "rows": [{"size": 1}, {}]})
    assert not outer.is_valid()
    status, body, _headers = answer(exceptions.ValidationError(outer.errors))
    assert (status, body["code"]) == (400, "invalid")
    assert set(body["fields"]) == {"name", "one.size", "rows.1.size"}
    assert all(isinstance(sentences, list) for sentences in body["fields"].values())


def test_a_single_error_is_the_sentence() -> None:
    body = validation_body({"username": ["This name is taken."]})
    assert body["detail"] == "This name is taken."
    assert validation_body(["Only this."]) == {"detail": "Only this.", "code": "invalid"}


def test_validation_errors_of_models_have_the_same_shape() -> None:
    _status, body, _headers = answer(ValidationError({"base_url": ["Not an address."]}))
    assert body["fields"] == {"base_url": ["Not an address."]}
    _status, body, _headers = answer(ValidationError("Not so."))
    assert body["detail"] == "Not so."


def test_unknown_paths_of_the_api_answer_in_json(api: APIClient) -> None:
    response = api.get("/api/nothing/here")
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


def test_unknown_pages_answer_in_html(api: APIClient) -> None:
    response = api.get("/nothing/here")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


def test_a_forged_host_answers_in_json_without_the_host(api: APIClient) -> None:
    response = api.get("/api/nothing", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "evil" not in response.content.decode()


@pytest.mark.django_db
def test_a_database_that_is_away_is_a_503(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from aihelper import health

    async def fail(request: object) -> None:
        raise OperationalError("gone away")

    monkeypatch.setattr(health, "_loop_lag", lambda: fail(None))
    response = api.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["code"] == "unavailable"
    assert response["Retry-After"] == "5"
