from typing import Any

import pytest

pytestmark = pytest.mark.django_db

ROUTES = {
    "/api/register": {"post"},
    "/api/login": {"post"},
    "/api/logout": {"post"},
    "/api/token": {"post"},
    "/api/token/refresh": {"post"},
    "/api/ws-ticket": {"post"},
    "/api/user/info": {"get", "patch"},
    "/api/user/password": {"post"},
    "/api/user/avatar": {"post", "delete"},
    "/media/avatars/{name}.webp": {"get"},
    "/media/site/{name}.webp": {"get"},
}


@pytest.fixture
def schema(alice_api: Any) -> Any:
    return alice_api.get("/api/schema?format=json", HTTP_ACCEPT="application/vnd.oai.openapi+json").json()


def test_every_route_is_described(schema: Any) -> None:
    for path, methods in ROUTES.items():
        assert methods <= set(schema["paths"][path]), path
        for method in methods:
            assert schema["paths"][path][method]["description"], path


def test_doors_take_a_form_too(schema: Any) -> None:
    for path in ("/api/login", "/api/token"):
        kinds = set(schema["paths"][path]["post"]["requestBody"]["content"])
        assert kinds == {"application/json", "application/x-www-form-urlencoded"}


def test_both_ways_of_signing_in_are_named(schema: Any) -> None:
    assert {"bearer", "browser session"} <= set(schema["components"]["securitySchemes"])


@pytest.mark.parametrize(("path", "methods"), ROUTES.items())
def test_other_methods(api: Any, alice_api: Any, path: str, methods: set[str]) -> None:
    path = path.replace("{name}", "00000000-0000-0000-0000-000000000000")
    for method in {"get", "post", "put", "patch", "delete"} - methods:
        assert getattr(alice_api, method)(path).status_code == 405
        assert getattr(api, method)(path).status_code in {401, 405}
