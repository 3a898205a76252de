"""aihelper.lib.testing.plugin: what no test may leave behind."""

from contextvars import copy_context

from django import urls


def test_other_urls_leave_no_context_variables_behind() -> None:
    urls.reverse("admin:index")
    before = len(copy_context())
    # As pytest-django does before and after a test with urls of its own.
    urls.clear_url_caches()
    urls.reverse("admin:index")
    assert len(copy_context()) == before
