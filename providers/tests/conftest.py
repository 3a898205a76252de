from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from providers.tests.support import Upstream, failing


@pytest.fixture
def root(client: Client, admin: Any) -> Client:
    """A browser in which an administrator with every right is signed in."""
    client.force_login(admin)
    return client


@pytest.fixture
def staff(alice: Any) -> Any:
    """Make Alice staff with these permissions only, and return her browser."""

    def sign_in(*codenames: str) -> Client:
        alice.is_staff = True
        alice.save()
        alice.user_permissions.set(
            Permission.objects.filter(content_type__app_label="providers", codename__in=codenames)
        )
        client = Client()
        client.force_login(alice)
        return client

    return sign_in


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """The upstream of the admin pages in `providers.tests.admin_urls`; set its handler."""
    from providers.tests import admin_urls

    yield admin_urls.upstream
    admin_urls.upstream.handler = failing(500).handler
    admin_urls.upstream.requests.clear()
