from base64 import b64encode
from typing import Any

import pytest
from django.core import checks

from providers import services
from providers.models import Provider
from providers.tests.support import has_canary, make_provider

pytestmark = pytest.mark.django_db


def _ids(**options: Any) -> list[str]:
    found = checks.run_checks(tags=[checks.Tags.database], databases=["default"], **options)
    assert not any(has_canary(f"{message.msg} {message.hint}") for message in found)
    return [str(message.id) for message in found if str(message.id).startswith("providers.")]


def test_all_is_well() -> None:
    make_provider()
    make_provider("keyless", "http://localhost:11434/v1", api_key="")
    services.ensure_demo()
    assert _ids() == []


def test_a_key_that_the_ring_lacks_is_an_error(settings: Any) -> None:
    make_provider()
    settings.FIELD_KEYS = "other:" + b64encode(bytes(32)).decode()
    assert _ids() == ["providers.E001"]
    settings.FIELD_KEYS = ""
    assert _ids() == ["providers.E001"]


def test_a_row_that_was_changed_past_us_is_a_warning() -> None:
    make_provider()
    Provider.objects.update(base_url="https://evil.example/")
    assert _ids() == ["providers.W002", "providers.W001"]
    Provider.objects.update(base_url="http://[")
    assert "providers.W002" in _ids()


def test_without_the_database_nothing_is_asked(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        checks.run_checks(tags=[checks.Tags.database], databases=None)
