from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext

from providers import services
from providers.errors import ProviderError
from providers.management.base import ProviderCommand
from providers.models import Provider


class Command(ProviderCommand):
    help = "Fetch the lists of models again: add what is new (not offered), mark what is gone. Edits stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("provider", nargs="?", help="Name of one provider; without it all active ones.")
        parser.add_argument("--offer", action="store_true", help="Offer new chat models at once.")

    def handle(self, *args: Any, **options: Any) -> None:
        failed = [
            provider for provider in _providers(options["provider"]) if not self._sync(provider, options["offer"])
        ]
        if failed:
            raise CommandError(gettext("Not fetched: %(names)s.") % {"names": ", ".join(map(str, failed))})

    def _sync(self, provider: Provider, offer: bool) -> bool:
        try:
            result = services.sync_models(provider, offer=offer, client_factory=self.client_factory)
        except ProviderError as error:
            self.stderr.write(f"{provider}: {gettext(error.sentence)}")
            return False
        text = gettext("%(name)s: %(listed)d listed, %(added)d new, %(vanished)d gone, %(returned)d back.")
        numbers = {name: getattr(result, name) for name in ("listed", "added", "vanished", "returned")}
        self.stdout.write(text % {"name": provider, **numbers})
        return True


def _providers(name: str | None) -> list[Provider]:
    if name is None:
        return list(Provider.objects.real().active())
    found = list(Provider.objects.real().filter(name=name))
    if not found:
        raise CommandError(gettext("There is no provider named %(name)s.") % {"name": name})
    return found
