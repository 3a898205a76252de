import getpass
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext

from providers import catalogue, reach, services, validators
from providers.errors import ProviderError
from providers.management.base import ProviderCommand
from providers.models import Provider

KEY_VARIABLE = "AIHELPER_NEW_PROVIDER_KEY"


class Command(ProviderCommand):
    help = (
        "Add a model provider. Its API key is read from the terminal, from standard input (--key-stdin) or from an "
        f"environment variable ({KEY_VARIABLE}, or the one that --key-env names)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="How people see the provider.")
        parser.add_argument("url", help="Base URL, such as https://api.openai.com/v1")
        source = parser.add_mutually_exclusive_group()
        source.add_argument(
            "--key-stdin", action="store_true", help="Read the key from the first line of standard input."
        )
        source.add_argument("--key-env", metavar="NAME", help="Read the key from this environment variable.")
        source.add_argument("--no-key", action="store_true", help="The server needs no key.")
        source.add_argument("--key", help="The key itself. Unsafe: other users of this machine can see it.")
        parser.add_argument("--models", default="", help="Model ids to offer, separated by commas.")
        parser.add_argument("--fetch", action="store_true", help="Ask the provider for its models.")
        parser.add_argument("--offer", action="store_true", help="With --fetch: offer the fetched chat models, too.")
        parser.add_argument(
            "--allow-private", action="store_true", help="Allow exactly this host and port in a private network."
        )
        parser.add_argument("--priority", type=int, default=0, help="The smallest number is asked first (default 0).")

    def handle(self, *args: Any, **options: Any) -> None:
        key = self._key(options)
        try:
            options["private"] = _private(validators.normalise_base_url(options["url"]), options["allow_private"])
            provider, added = _create(options, key)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(gettext("Added %(name)s (%(url)s).") % {"name": provider, "url": provider.base_url})
        if added:
            self.stdout.write(gettext("Models offered: %(count)d.") % {"count": added})
        if options["fetch"]:
            self._fetch(provider, offer=options["offer"])

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
            return _from_environment(options["key_env"] or KEY_VARIABLE)
        if not sys.stdin.isatty():
            raise CommandError(gettext("No key was given: use --key-stdin, --key-env or --no-key."))
        return getpass.getpass(gettext("API key (empty for none): ")).strip()

    def _fetch(self, provider: Provider, *, offer: bool) -> None:
        try:
            result = services.sync_models(provider, offer=offer, client_factory=self.client_factory)
        except ProviderError as error:
            # The provider stays: what is missing can be done by syncmodels once it answers.
            raise CommandError(gettext(error.sentence)) from error
        self.stdout.write(gettext("Models fetched: %(count)d.") % {"count": result.listed})


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


def _from_environment(name: str) -> str:
    try:
        return os.environ[name].strip()
    except KeyError:
        raise CommandError(gettext("The environment has no variable %(name)s.") % {"name": name}) from None
