from typing import Any

from aihelper.lib.commands import AppCommand
from providers.registry import ClientFactory


class ProviderCommand(AppCommand):
    """A command that asks providers; tests hand in a client with a transport of their own."""

    def __init__(self, *args: Any, client_factory: ClientFactory | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client_factory = client_factory
