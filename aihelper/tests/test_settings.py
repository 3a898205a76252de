"""The settings and what explains them stay in step."""

import ast
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.utils.module_loading import import_string

SETTINGS = Path(settings.BASE_DIR, "aihelper", "settings.py")
# The lowest versions without a known hole that concerns us; newer ones are fine.
FLOORS = {
    "django": "5.2.17",
    "djangorestframework": "3.17.2",
    "djangorestframework-simplejwt": "5.5.1",
    "daphne": "4.2.2",
    "asgiref": "3.11.1",
    "channels": "4.3.2",
    "channels-redis": "4.3.0",
    "httpx": "0.28.1",
    "h11": "0.16.0",
    "cryptography": "46.0",
    "mysqlclient": "2.2.4",
    "pillow": "11.3",
}


def variables_read() -> set[str]:
    """The names of the environment that settings.py and the entry points read."""
    names = {"AIHELPER_DATA_DIR"}
    for node in ast.walk(ast.parse(SETTINGS.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if isinstance(node.func.value, ast.Name) and node.func.value.id == "env":
                assert isinstance(node.args[0], ast.Constant)
                names.add(str(node.args[0].value))
    return names


def test_every_variable_is_explained() -> None:
    text = Path(settings.BASE_DIR, ".env.example").read_text(encoding="utf-8")
    explained = set(re.findall(r"^#([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))
    assert explained == variables_read()


def test_the_example_holds_no_setting_of_its_own() -> None:
    lines = Path(settings.BASE_DIR, ".env.example").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


@pytest.mark.parametrize("path", settings.MIDDLEWARE)
def test_every_middleware_is_async_capable(path: str) -> None:
    assert import_string(path).async_capable, f"{path} would bounce every request through a thread"


def test_the_chain_of_middlewares_loads() -> None:
    ASGIHandler()


@pytest.mark.parametrize("name", FLOORS)
def test_no_version_is_below_its_floor(name: str) -> None:
    if name == "mysqlclient":
        pytest.importorskip("MySQLdb")
    assert numbers(version(name)) >= numbers(FLOORS[name])


def numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


def test_the_lock_has_no_host_name() -> None:
    for path in [Path(settings.BASE_DIR, "requirements.txt"), *Path(settings.BASE_DIR, "deploy").glob("req*.txt")]:
        assert "://" not in path.read_text(encoding="utf-8"), path.name


def test_the_dev_lock_holds_the_runtime_lock() -> None:
    def pins(name: str) -> set[str]:
        text = Path(settings.BASE_DIR, name).read_text(encoding="utf-8")
        return set(re.findall(r"^([a-z0-9-]+==\S+)", text, re.MULTILINE))

    runtime, build = pins("requirements.txt"), pins("deploy/requirements-build.txt")
    assert runtime | build <= pins("deploy/requirements-dev.txt")
