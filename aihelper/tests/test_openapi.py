"""The description of the API is complete: no view is guessed at."""

from io import StringIO

from django.core.management import call_command


def test_the_schema_has_no_warning() -> None:
    out = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    assert "/api/chat/sessions" in out.getvalue()
