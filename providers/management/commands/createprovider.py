import getpass
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from providers import catalogue, reach, services, validators
from providers.errors import ProviderError
from providers.management.base import ProviderCommand
from providers.models import Provider

KEY_VARIABLE = "AIHELPER_NEW_PROVIDER_KEY"


class Command(ProviderCommand):
    help: Any = _(
        "Add a model provider. Its API key is read from the terminal, from standard input (--key-stdin) or from an "
        "environment variable (AIHELPER_NEW_PROVIDER_KEY, or the one that --key-env names). It is there also when its "
        "models cannot be fetched (code 1): syncmodels does that once it answers."
    )
    when_broken_off = _("If the provider is there already, go on with syncmodels.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name", help=gettext("How people see the provider."))
        parser.add_argument("url", help=gettext("Base URL, such as https://api.openai.com/v1"))
        source = parser.add_mutually_exclusive_group()
        source.add_argument(
            "--key-stdin", action="store_true", help=gettext("Read the key from the first line of standard input.")
        )
        source.add_argument(
            "--key-env", metavar="NAME", help=gettext("Read the key from the environment variable of this name.")
        )
        source.add_argument("--no-key", action="store_true", help=gettext("The server needs no key."))
        source.add_argument("--key", help=gettext("The key itself. Unsafe: other users of this machine can see it."))
        parser.add_argument("--models", default="", help=gettext("Model ids to offer, separated by commas."))
        parser.add_argument("--fetch", action="store_true", help=gettext("Ask the provider for its models."))
        parser.add_argument(
            "--offer", action="store_true", help=gettext("With --fetch: offer the fetched chat models, too.")
        )
        text = gettext("Allow exactly this host and port in a private network.")
        parser.add_argument("--allow-private", action="store_true", help=text)
        text = gettext("The smallest number is asked first (default: %(default)d).")
        parser.add_argument("--priority", type=int, default=0, help=text)

    def work(self, **options: Any) -> dict[str, Any]:
        """Add it, and then fetch its models where that is wanted. Wrong input is a wrong use: nothing was stored."""
        try:
            key = self._key(options)
            options["private"] = _private(validators.normalise_base_url(options["url"]), options["allow_private"])
            provider, added = _create(options, key)
        except ValidationError as error:
            self.refuse(" ".join(error.messages))
        facts = {"provider": provider.name, "url": provider.base_url, "offered": added, "fetched": None, "error": ""}
        return facts | (self._fetch(provider, offer=options["offer"]) if options["fetch"] else {})

    def show(self, facts: dict[str, Any]) -> None:
        self.stdout.write(gettext("Added %(name)s (%(url)s).") % {"name": facts["provider"], **facts})
        if facts["offered"]:
            self.stdout.write(gettext("Models offered: %(count)d.") % {"count": facts["offered"]})
        if facts["fetched"] is not None:
            self.stdout.write(gettext("Models fetched: %(count)d.") % {"count": facts["fetched"]})
        if facts["error"]:
            self.stderr.write(facts["error"])

    def _key(self, options: dict[str, Any]) -> str:
        if options["no_key"]:
            return ""
        if options["key"] is not None:
            warning = gettext("A key on the command line is seen by others and kept in the shell's history.")
            self.stderr.write(self.style.WARNING(warning))
            return str(options["key"])
        if options["key_stdin"]:
            return sys.stdin.readline().strip()
        if options["key_env"] or KEY_VARIABLE in os.environ:
            return self._from_environment(options["key_env"] or KEY_VARIABLE)
        if not sys.stdin.isatty():
            self.refuse(gettext("No key was given: use --key-stdin, --key-env or --no-key."))
        return getpass.getpass(gettext("API key (empty for none): ")).strip()

    def _from_environment(self, name: str) -> str:
        if name not in os.environ:
            self.refuse(gettext("The environment has no variable %(name)s.") % {"name": name})
        return os.environ[name].strip()

    def _fetch(self, provider: Provider, *, offer: bool) -> dict[str, Any]:
        """The provider stays, whatever comes of it."""
        try:
            result = services.sync_models(provider, offer=offer, client_factory=self.client_factory)
        except ProviderError as error:
            return {"ok": False, "error": gettext(error.sentence)}
        return {"fetched": result.listed, "offered": provider.models.filter(is_active=True).count()}


def _private(base_url: str, is_allowed: bool) -> tuple[str, ...] | None:
    """Where a private address leads, if it is allowed; None for one that needs no leave. Raises ValidationError."""
    found = reach.find(base_url)
    if found.verdict is reach.Verdict.PRIVATE and is_allowed:
        return found.addresses
    reach.require_reachable(base_url)
    return None


@transaction.atomic
def _create(options: dict[str, Any], key: str) -> tuple[Provider, int]:
    provider = services.create_provider(
        name=options["name"],
        base_url=options["url"],
        api_key=key,
        priority=options["priority"],
        private=options["private"],
    )
    return provider, catalogue.add(provider, options["models"].split(","))
