from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from providers import services
from providers.errors import ProviderError
from providers.management.base import ProviderCommand
from providers.models import Provider


class Command(ProviderCommand):
    help: Any = _(
        "Fetch the lists of models again: add what is new (not offered), mark what is gone. What was edited stays. "
        "Ends with code 1 when a list could not be fetched."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("provider", nargs="?", help=gettext("Name of one provider; without it all active ones."))
        parser.add_argument("--offer", action="store_true", help=gettext("Offer new chat models at once."))

    def work(self, **options: Any) -> dict[str, Any]:
        """Fetch them one after the other; one that fails keeps no other from being fetched."""
        found = self.progress(self._providers(options["provider"]), label="syncmodels")
        rows = [self._sync(provider, options["offer"]) for provider in found]
        return {"ok": not any(row["error"] for row in rows), "providers": rows}

    def show(self, facts: dict[str, Any]) -> None:
        """A line for each provider."""
        if not facts["providers"]:
            self.stdout.write(gettext("No provider is active."))
        text = gettext("%(name)s: %(listed)d listed, %(added)d new, %(vanished)d gone, %(returned)d back.")
        for row in facts["providers"]:
            if row["error"]:
                self.stderr.write(f"{row['provider']}: {row['error']}")
            else:
                self.stdout.write(text % {"name": row["provider"], **row})

    def _sync(self, provider: Provider, offer: bool) -> dict[str, Any]:
        try:
            result = services.sync_models(provider, offer=offer, client_factory=self.client_factory)
        except ProviderError as error:
            return {"provider": provider.name, "error": gettext(error.sentence), "code": error.code}
        return {"provider": provider.name, "error": "", **asdict(result)}

    def _providers(self, name: str | None) -> list[Provider]:
        if name is None:
            return list(Provider.objects.real().active())
        found = list(Provider.objects.real().filter(name=name))
        if not found:
            self.refuse(gettext("There is no provider named %(name)s.") % {"name": name})
        return found
