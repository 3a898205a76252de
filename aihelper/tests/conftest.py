"""Fixtures of tests of the whole application; those with servers of their own have others in their place."""

from chat.tests.conftest import engine, upstream  # noqa: F401 - fixtures
