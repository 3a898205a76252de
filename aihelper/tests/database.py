"""A plugin of pytest: the tests empty their database cheaply, and leave out on another one what none can change."""

from typing import Any

import pytest

# The migrations fill these, and no test changes them. Making them anew is most of what a flush costs.
KEPT_TABLES = {"django_content_type", "auth_permission"}
# The fixtures by which a test has a database.
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup"}
OPTION = "--database-only"


def keep_what_migrations_made() -> None:
    """Let the flush after a test with transactions spare KEPT_TABLES, and make again the little that it empties."""
    from django.core.management.commands import flush

    from chat.services import roles

    def sql_flush(style: Any, connection: Any, **options: Any) -> list[str]:
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        return list(connection.ops.sql_flush(style, sorted(set(tables) - KEPT_TABLES), **options))

    def after(verbosity: int, interactive: bool, db: str, **_more: Any) -> None:
        roles.create_builtin(using=db)

    vars(flush).update(sql_flush=sql_flush, emit_post_migrate_signal=after)


def uses_database(item: pytest.Item) -> bool:
    """Whether a test has a database, by its fixtures or by pytest-django's mark."""
    fixtures: list[str] = getattr(item, "fixturenames", [])
    return not DATABASE_FIXTURES.isdisjoint(fixtures) or item.get_closest_marker("django_db") is not None


def leave_out_the_rest(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With OPTION, keep only the tests that have a database: what has none gives the same result on any."""
    if config.getoption(OPTION):
        config.hook.pytest_deselected(items=[item for item in items if not uses_database(item)])
        items[:] = [item for item in items if uses_database(item)]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database-only`, for the run on another database."""
    parser.addoption(OPTION, action="store_true", help="Only the tests that have a database.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the option leaves out."""
    leave_out_the_rest(config, items)


@pytest.fixture(scope="session", autouse=True)
def _cheap_flush() -> None:
    """Make emptying the database cheap."""
    keep_what_migrations_made()
