"""The school of the pictures: every list of the administration has something to show."""

import pytest
from django.contrib import admin
from django.test import RequestFactory

from accounts.models import User
from aihelper.tests.administration import school


@pytest.mark.django_db
def test_every_list_has_rows() -> None:
    root = User.objects.create_superuser("chief", password="correct horse 1")
    school.fill(root)
    request = RequestFactory().get("/")
    request.user, request.resolver_match = root, None
    empty = [
        model._meta.label_lower
        for model, page in admin.site._registry.items()
        if not page.get_queryset(request).exists()
    ]
    assert empty == []
