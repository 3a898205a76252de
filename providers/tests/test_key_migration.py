"""The migration that gave keys rows of their own: what was stored before still opens."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from providers import secrets
from providers.models import ProviderKey
from providers.tests.support import BASE_URL, CANARY

BEFORE, AFTER = [("providers", "0001_initial")], [("providers", "0002_provider_keys")]


def _migrate(target: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(target)
    return executor.loader.project_state(target).apps.get_model("providers", "Provider")


@pytest.mark.django_db(transaction=True)
def test_the_envelopes_move_and_come_back() -> None:
    latest = [node for node in MigrationExecutor(connection).loader.graph.leaf_nodes() if node[0] == "providers"]
    try:
        provider = _migrate(BEFORE).objects.create(name="Example", base_url=BASE_URL)
        context = f"api_providers:api_key:{provider.pk}:https://api.example.com"
        provider.api_key = "v1" + secrets.encrypt(CANARY, context).removeprefix("v2")
        provider.key_last_four = "tail"
        provider.save()
        _migrate(BEFORE).objects.create(name="keyless", base_url=BASE_URL)
        _migrate(AFTER)
        _migrate(latest)
        [key] = ProviderKey.objects.select_related("provider")
        assert (key.provider.name, key.key_last_four, key.weight) == ("Example", "tail", 1)
        assert secrets.unseal(key) == CANARY
        assert _migrate(BEFORE).objects.get(name="Example").api_key == provider.api_key
    finally:
        _migrate(latest)
