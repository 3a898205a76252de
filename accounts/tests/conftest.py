"""Fixtures of tests about managers of groups."""

import pytest
from django.test import Client

from accounts.tests.managing import School, school, signed_in


@pytest.fixture
def place(db: None) -> School:
    """Two classes with a teacher each."""
    return school()


@pytest.fixture
def office(place: School) -> Client:
    """Django admin as the teacher of the first. Tests that are not about managers have another in its place."""
    return signed_in(place.teacher)
