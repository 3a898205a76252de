"""Security rules T-K1 and T-K2: no eight characters of a key appear anywhere that people or programs can look."""

import io
import sys
from typing import Any

import httpx
import pytest
from django.core import serializers
from django.core.management import call_command
from django.core.signals import got_request_exception
from django.test import Client
from django.urls import reverse
from django.views.debug import ExceptionReporter

from providers import registry, services
from providers.management.commands import checkproviders, createprovider, syncmodels
from providers.models import ModelConfig, Provider, ProviderKey
from providers.tests.support import CANARY, Upstream, failing, has_canary, listing, make_model, make_provider

pytestmark = [pytest.mark.django_db, pytest.mark.urls("providers.tests.admin_urls")]

ECHO = f'{{"error": {{"message": "Incorrect API key provided: {CANARY}"}}}}'

KEY_ROWS = {"keys-TOTAL_FORMS": 1, "keys-INITIAL_FORMS": 0}


def _break(error: Exception) -> Upstream:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    return Upstream(handler)


UPSTREAMS = {
    **{str(status): failing(status, ECHO) for status in (400, 401, 403, 404, 405, 413, 418, 429, 500, 502, 503)},
    "garbage": failing(200, CANARY),
    "page": failing(200, f"<html>{CANARY}</html>"),
    "redirect": Upstream(lambda request: httpx.Response(302, headers={"Location": f"https://{CANARY}.example"})),
    "refused": _break(httpx.ConnectError(f"cannot connect with {CANARY}")),
    "slow": _break(httpx.ReadTimeout(f"no answer to {CANARY}")),
    "odd": _break(httpx.RemoteProtocolError(CANARY)),
}


@pytest.mark.parametrize("name", UPSTREAMS)
def test_no_failure_tells_the_key(root: Client, upstream: Upstream, name: str, capfd: Any, caplog: Any) -> None:
    provider = make_provider()
    make_model(provider, "big")
    upstream.handler = UPSTREAMS[name].handler
    pages = []
    for action in ("test", "fetch"):
        address = reverse(f"admin:providers_provider_{action}", args=[provider.pk])
        pages.append(root.post(address, follow=True).content.decode())
    results = [repr(services.test_connection(provider, client_factory=upstream))]
    out = io.StringIO()
    for module in (checkproviders, syncmodels):
        with pytest.raises((SystemExit, Exception)) as caught:
            call_command(module.Command(client_factory=upstream), stdout=out, stderr=out)
        results.append(repr(caught.value))
    logged = "".join(capfd.readouterr()) + caplog.text
    stored = str([list(Provider.objects.values()), list(ProviderKey.objects.values())])
    assert upstream.requests
    assert not any(has_canary(text) for text in (*pages, *results, out.getvalue(), logged, stored))


def test_nothing_that_is_kept_tells_the_key(root: Client, capfd: Any, caplog: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("MY_KEY", CANARY)
    out = io.StringIO()
    arguments = ("Example", "https://api.example.com/v1", "--key-env", "MY_KEY", "--fetch")
    command = createprovider.Command(client_factory=listing("big"))
    call_command(command, *arguments, stdout=out, stderr=out)
    provider = Provider.objects.get()
    dialect = registry.open(ModelConfig.objects.get(), client_factory=listing("big"))
    dump = io.StringIO()
    call_command("dumpdata", "providers", stdout=dump)
    pages = [
        root.get(reverse(f"admin:providers_provider_{page}", args=arguments)).content.decode()
        for page, arguments in (
            ("change", [provider.pk]),
            ("choose", [provider.pk]),
            ("changelist", []),
            ("history", [provider.pk]),
        )
    ]
    texts = [repr(provider), str(vars(provider)), repr(dialect), dump.getvalue(), out.getvalue(), *pages]
    texts.append(serializers.serialize("json", [provider]))
    texts.append("".join(capfd.readouterr()) + caplog.text)
    assert not any(has_canary(text) for text in texts)
    # The ciphertext does not leave the database either.
    assert provider.keys.get().api_key not in dump.getvalue() + "".join(pages)


def test_a_crash_report_does_not_hold_the_form(root: Client, settings: Any) -> None:
    reports: list[str] = []

    def report(request: Any, **_: Any) -> None:
        reports.append(ExceptionReporter(request, *sys.exc_info()).get_traceback_text())

    root.raise_request_exception = False
    settings.FIELD_KEYS = None  # no setting can be so: the form crashes on it
    got_request_exception.connect(report)
    try:
        form = {"name": "x", "base_url": "https://a.example", "keys-0-key": CANARY, **KEY_ROWS}
        assert root.post(reverse("admin:providers_provider_add"), form).status_code == 500
    finally:
        got_request_exception.disconnect(report)
    assert "https://a.example" in reports[0]
    assert not has_canary(reports[0])
