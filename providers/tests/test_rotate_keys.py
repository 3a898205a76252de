"""`manage.py rotate_keys`: another key in front of FIELD_KEYS, and all that is stored is encrypted with it."""

import io
import json
import os
import signal
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection

from providers import rotation, secrets
from providers.models import ProviderKey
from providers.tests.support import CANARY, has_canary, key_of, make_provider

OLD = "old:" + b64encode(bytes([1]) * 32).decode()
NEW = "new:" + b64encode(bytes([2]) * 32).decode()


@pytest.fixture(autouse=True)
def ring(settings: Any, db: None) -> Iterator[None]:
    """Three providers with keys of the old ring; then the new key is put in front."""
    settings.FIELD_KEYS = OLD
    for number in range(3):
        make_provider(f"p{number}", api_key=f"{CANARY}-{number}")
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    yield


def _run(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    try:
        call_command("rotate_keys", "--json", *arguments, stdout=out)
    finally:
        assert not has_canary(out.getvalue())
    facts: dict[str, Any] = json.loads(out.getvalue())
    return facts


def _whole() -> bool:
    return [key_of(key.provider) for key in ProviderKey.objects.all()] == [f"{CANARY}-{number}" for number in range(3)]


def test_it_works_and_the_old_key_can_go(settings: Any) -> None:
    facts = _run("--batch", "2")
    assert (facts["ok"], facts["rotated"], facts["waiting"], facts["counts"]) == (True, 3, 0, {"new": 3})
    settings.FIELD_KEYS = NEW
    assert _whole()
    assert _run()["rotated"] == 0


def test_a_dry_run_only_counts() -> None:
    facts = _run("--dry-run")
    assert (facts["rotated"], facts["waiting"], facts["counts"]) == (0, 3, {"old": 3})
    assert rotation.waiting() == 3


def test_what_cannot_be_read_stays_and_is_named() -> None:
    broken, whole = ProviderKey.objects.order_by("pk")[:2]
    ProviderKey.objects.filter(pk=broken.pk).update(api_key=whole.api_key)
    out = io.StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("rotate_keys", "--json", stdout=out)
    facts = json.loads(out.getvalue())
    assert caught.value.code == 1
    assert (facts["rotated"], facts["waiting"], facts["unreadable"]) == (2, 1, ["p0"])
    assert ProviderKey.objects.get(pk=broken.pk).api_key == whole.api_key


def test_a_key_that_was_entered_meanwhile_is_not_overwritten(monkeypatch: Any) -> None:
    first = ProviderKey.objects.order_by("pk")[0]
    seal = secrets.seal

    def slow_seal(key: ProviderKey, secret: str) -> None:
        if key.pk == first.pk:
            ProviderKey.objects.filter(pk=key.pk).update(api_key="entered meanwhile")
        seal(key, secret)

    monkeypatch.setattr(secrets, "seal", slow_seal)
    assert [step.rotated for step in rotation.rotate()] == [2]
    assert ProviderKey.objects.get(pk=first.pk).api_key == "entered meanwhile"


def test_keys_from_before_there_were_rows_for_them_are_bound_to_their_row() -> None:
    for key in ProviderKey.objects.select_related("provider"):
        context = f"api_providers:api_key:{key.provider_id}:{key.provider.origin}"
        envelope = "v1" + secrets.encrypt(secrets.unseal(key), context).removeprefix("v2")
        ProviderKey.objects.filter(pk=key.pk).update(api_key=envelope)
    assert _whole()
    assert _run()["rotated"] == 3
    assert all(envelope.startswith("v2:new:") for envelope in ProviderKey.objects.values_list("api_key", flat=True))
    assert _whole()


@pytest.mark.parametrize("batch", ["0", "-1", "10001"])
def test_a_batch_of_no_size_is_a_wrong_use(batch: str) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("rotate_keys", f"--batch={batch}")
    assert caught.value.returncode == 2


def test_without_a_ring_nothing_is_done(settings: Any) -> None:
    settings.FIELD_KEYS = ""
    with pytest.raises(CommandError) as caught:
        call_command("rotate_keys")
    assert caught.value.returncode == 2
    assert rotation.counts() == {"old": 3}


# Kills itself like a machine that loses its power: with the row of a number sealed and not yet committed.
_DIES = """
import os, signal
import django
django.setup()
from django.core.management import call_command
from providers import secrets
seal, sealed = secrets.seal, []
def seal_and_die(key, secret):
    seal(key, secret)
    sealed.append(key)
    if len(sealed) == NUMBER:
        os.kill(os.getpid(), signal.SIGKILL)
secrets.seal = seal_and_die
call_command("rotate_keys", "--batch=1")
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("number", "left"), [(1, {"old": 3}), (2, {"new": 1, "old": 2}), (3, {"new": 2, "old": 1})], ids=str
)
def test_killed_in_the_middle_it_goes_on(number: int, left: dict[str, int]) -> None:
    url = f"sqlite:///{connection.settings_dict['NAME']}"
    if connection.vendor != "sqlite":
        url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    environment = {**os.environ, "DATABASE_URL": url, "FIELD_KEYS": f"{NEW},{OLD}"}
    environment |= {"DJANGO_SETTINGS_MODULE": "aihelper.settings", "SECRET_KEY": django_settings.SECRET_KEY}
    died = subprocess.run(
        [sys.executable, "-c", _DIES.replace("NUMBER", str(number))],
        env=environment,
        cwd=Path(django_settings.BASE_DIR),
        capture_output=True,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()[-2000:]
    assert not has_canary((died.stdout + died.stderr).decode())
    assert rotation.counts() == left
    assert _whole()
    assert _run()["counts"] == {"new": 3}
    assert _whole()
