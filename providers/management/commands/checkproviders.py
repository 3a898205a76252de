import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext

from providers import services
from providers.management.base import ProviderCommand
from providers.services import Checked


class Command(ProviderCommand):
    help = "Test the connection to every active provider. Ends with code 1 when one of them is down."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Write one JSON array instead of a table.")

    def handle(self, *args: Any, **options: Any) -> None:
        checked = services.check_providers(client_factory=self.client_factory)
        if options["json"]:
            self.stdout.write(json.dumps([_as_json(item) for item in checked], ensure_ascii=False))
        else:
            self._table(checked)
        if not all(item.result.ok for item in checked):
            sys.exit(1)

    def _table(self, checked: list[Checked]) -> None:
        if not checked:
            self.stdout.write(gettext("No provider is active."))
        width = max((len(item.provider.name) for item in checked), default=0)
        for item in checked:
            mark = self.style.SUCCESS("ok  ") if item.result.ok else self.style.ERROR("down")
            latency = f"{item.result.latency_ms} ms"
            self.stdout.write(f"{item.provider.name:<{width}}  {mark}  {latency:>9}  {item.result.sentence}")


def _as_json(item: Checked) -> dict[str, Any]:
    return {
        "provider": item.provider.name,
        "ok": item.result.ok,
        "status_class": item.result.status_class,
        "latency_ms": item.result.latency_ms,
        "code": item.result.code,
        "sentence": item.result.sentence,
    }
