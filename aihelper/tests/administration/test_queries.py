"""No page of the administration asks the database often, and none asks more often where there is more to show."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from aihelper.tests.administration.pages import Page, pages, signed_in
from aihelper.tests.administration.rows import fill

pytestmark = pytest.mark.django_db

MOST = 15


def test_no_page_asks_often_or_once_for_each_row() -> None:
    fill(4)
    # After the others: most belongs to the first one, whom root can only delete when it is not root.
    root = User.objects.create_superuser("root")
    client = signed_in(root)
    client.get("/admin/")
    few = _asked(client, [page for page in pages(root) if " by " not in page.name])
    fill(30)
    many = _asked(client, pages(root))
    assert len(many) > 100
    assert {name: len(asked) for name, asked in many.items() if len(asked) > MOST} == {}
    more = {name: asked for name, asked in many.items() if name in few and len(asked) > len(few[name])}
    assert {name: _additional(few[name], asked) for name, asked in more.items()} == {}


def _asked(client: Client, those: list[Page]) -> dict[str, list[str]]:
    """The statements of each page, by its name."""
    found = {}
    for page in those:
        with CaptureQueriesContext(connection) as queries:
            status = client.get(page.path).status_code
        assert status < 500, page
        if status not in {302, 403, 404, 405}:
            found[page.name] = [query["sql"] for query in queries.captured_queries]
    return found


def _additional(few: list[str], many: list[str]) -> list[str]:
    """What a person reads who has to mend it: the statements beyond the first ones."""
    return [sql[:200] for sql in many if sql not in few][:20]
