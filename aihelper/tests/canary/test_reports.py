"""No secret is in what Python says of the objects that hold it, nor in any report of a crash."""

import logging
import sys
import traceback
from typing import Any

import httpx
import pytest
from django.core import mail
from django.core.signals import got_request_exception
from django.utils.log import AdminEmailHandler
from django.views.debug import ExceptionReporter

from accounts.models import User
from aihelper.tests.administration.pages import signed_in
from aihelper.tests.canary import secrets
from aihelper.tests.canary.secrets import Secrets
from providers import keys, registry, services
from providers import secrets as sealing
from providers.models import ModelConfig, ProviderKey
from providers.tests.support import Upstream, listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(admin: User) -> Secrets:
    return secrets.enter(admin)


def test_what_python_says_of_the_objects(known: Secrets) -> None:
    provider = secrets.provider()
    model = ModelConfig.objects.create(provider=provider, model_id="model-1", model_name="Model 1")
    key = ProviderKey.objects.get(provider=provider)
    texts = {}
    for thing in (
        provider,
        key,
        model,
        registry.open(model, client_factory=listing("model-1")),
        keys.KeyChange(key.pk, secrets.PROVIDER_KEY),
        sealing.ring(),
    ):
        texts[type(thing).__name__] = f"{thing!r} {thing!s}"
    assert {name: known.found_in(text) for name, text in texts.items() if known.found_in(text)} == {}


def _crash(request: httpx.Request) -> httpx.Response:
    raise RuntimeError("the transport broke")


def test_reports_of_a_crash(known: Secrets, admin: User, monkeypatch: Any, settings: Any) -> None:
    """A crash while a provider is asked: the traceback, the mail to administrators, and Django's debug page."""
    settings.ADMINS = [("root", "root@example.org")]
    reports: dict[str, str] = {}

    def report(request: Any, **_more: Any) -> None:
        error = sys.exc_info()
        reports["traceback"] = "".join(traceback.format_exception(*error))
        reporter = ExceptionReporter(request, *error)
        reports["text"], reports["page"] = reporter.get_traceback_text(), reporter.get_traceback_html()
        record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "Internal Server Error", (), error)
        record.request, record.status_code = request, 500
        AdminEmailHandler(include_html=True).emit(record)

    monkeypatch.setattr("providers.admin.provider.services.test_connection", _broken(services.test_connection))
    got_request_exception.connect(report)
    try:
        client = signed_in(admin)
        client.raise_request_exception = False
        answer = client.post(f"/admin/providers/provider/{secrets.provider().pk}/test/")
    finally:
        got_request_exception.disconnect(report)
    reports["answer"] = answer.content.decode()
    reports["mail"] = "".join(str(message.message()) for message in mail.outbox)
    assert answer.status_code == 500
    assert "the transport broke" in reports["page"]
    assert {name: known.found_in(text) for name, text in reports.items() if known.found_in(text)} == {}


def _broken(test_connection: Any) -> Any:
    def broken(provider: Any, **_options: Any) -> Any:
        return test_connection(provider, client_factory=Upstream(_crash))

    return broken
