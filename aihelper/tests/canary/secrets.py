"""The secrets of an installation, entered as people enter them, and looked for where they must not be."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.invitations import giving
from accounts.models import User
from aihelper.lib.testing.plugin import PASSWORD
from providers.models import Provider, ProviderKey

# Typed into the form; only its last four may be seen.
PROVIDER_KEY = "sk-canary-Wq5Lr9Xe2Bm7Kd4T-tail"
# So many characters in a row of a secret are a leak.
PIECE = 10


@dataclass
class Secrets:
    """What may be seen nowhere, by what it is."""

    values: dict[str, str] = field(default_factory=dict)

    def found_in(self, text: str | bytes) -> list[str]:
        """The names of the secrets of which a piece stands in the text."""
        text = text.decode(errors="replace") if isinstance(text, bytes) else text
        return [name for name, value in self.values.items() if any(piece in text for piece in _pieces(value))]


def _pieces(value: str) -> list[str]:
    return [value[start : start + PIECE] for start in range(0, max(len(value) - PIECE + 1, 1), PIECE // 2)]


def enter(root: User) -> Secrets:
    """Enter a provider's key by the administration's form, and collect what else is secret here."""
    client = Client()
    client.force_login(root)
    form = {
        "name": "Canary",
        "base_url": "https://api.example.com/v1",
        "dialect": "openai",
        "max_tokens_name": "max_tokens",
        "is_active": "on",
        "priority": 0,
        "connect_timeout": 10,
        "first_token_timeout": 120,
        "gap_timeout": 60,
        "total_timeout": 1800,
        "keys-TOTAL_FORMS": 1,
        "keys-INITIAL_FORMS": 0,
        "keys-0-label": "first",
        "keys-0-weight": 1,
        "keys-0-is_active": "on",
        "keys-0-key": PROVIDER_KEY,
    }
    answer = client.post(reverse("admin:providers_provider_add"), form)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    key = ProviderKey.objects.get(provider__name="Canary")
    given = giving.invite(by=root, groups=[], max_uses=3)
    return Secrets(
        {
            "provider's key": PROVIDER_KEY.removesuffix("tail").removeprefix("sk-canary-"),
            "sealed key": ProviderKey.objects.values_list("api_key", flat=True).get(pk=key.pk),
            "field key": settings.FIELD_KEYS.partition(":")[2],
            # Those of the tests are sentences with something random at the end.
            "secret key": settings.SECRET_KEY.rpartition(" ")[2],
            "JWT key": settings.JWT_KEY.rpartition(" ")[2],
            "VAPID key": settings.VAPID_KEY,
            "password": PASSWORD,
            "hash of a password": _hash(root),
            "invitation's token": given.token,
        }
    )


def _hash(user: User) -> str:
    """The part of it that nothing else has."""
    user.set_password(PASSWORD)
    user.save()
    return re.split(r"\$", user.password)[-1]


def provider() -> Provider:
    """The one whose key it is."""
    return Provider.objects.get(name="Canary")


def everything_stored() -> dict[str, Any]:
    """All rows of all tables, by table, as Python writes them."""
    from django.apps import apps

    models = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    return {model._meta.db_table: repr(list(model._base_manager.all().values_list())) for model in models}
