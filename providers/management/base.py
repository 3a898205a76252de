from typing import Any

from django.core.management.base import BaseCommand

from providers.registry import ClientFactory


class ProviderCommand(BaseCommand):
    """A command that asks providers; tests hand in a client with a transport of their own."""

    def __init__(self, *args: Any, client_factory: ClientFactory | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client_factory = client_factory
