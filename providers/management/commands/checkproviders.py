from argparse import ArgumentParser
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from providers import services
from providers.health import report
from providers.health.report import Status
from providers.management.base import ProviderCommand
from providers.models import Provider
from providers.probe import TestResult


class Command(ProviderCommand):
    help: Any = _(
        "Test the connection to every active provider, and tell how the calls of the last hour went. Ends with code 1 "
        "when one cannot be reached, or is spared because its calls fail. For monitoring every minute: --stored."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--stored", action="store_true", help=gettext("Ask no provider; judge by what the server has counted.")
        )

    def work(self, **options: Any) -> dict[str, Any]:
        """A row for each provider; the demo counts only where there is nothing else."""
        tested: dict[int, TestResult] = {}
        if options["stored"]:
            providers = list(Provider.objects.real().active())
        else:
            checked = services.check_providers(client_factory=self.client_factory)
            providers = [item.provider for item in checked]
            tested = {item.provider.pk: item.result for item in checked}
        statuses = report.read(providers)
        rows = [_row(status, tested.get(status.provider.pk)) for status in statuses]
        return {"ok": all(row["ok"] for row in rows), "time": timezone.now(), "providers": rows}

    def show(self, facts: dict[str, Any]) -> None:
        """A line for each provider."""
        rows = facts["providers"]
        if not rows:
            self.stdout.write(gettext("No provider is active."))
        width = max((len(row["provider"]) for row in rows), default=0)
        for row in rows:
            mark = self.style.SUCCESS("ok  ") if row["ok"] else self.style.ERROR("down")
            latency = "" if row["latency_ms"] is None else f"{row['latency_ms']} ms"
            words = " ".join(filter(None, (row["sentence"], self._calls(row))))
            self.stdout.write(f"{row['provider']:<{width}}  {mark}  {latency:>9}  {words}")

    def _calls(self, row: dict[str, Any]) -> str:
        if not row["requests"]:
            return ""
        text = gettext("Last hour: %(requests)d calls, %(percent)d %% failed; circuit %(circuit)s.")
        return text % {**row, "percent": round(100 * row["error_rate"])}


def _row(status: Status, tested: TestResult | None) -> dict[str, Any]:
    return {
        "provider": status.provider.name,
        "ok": status.circuit != "open" and (tested is None or tested.ok),
        "status_class": tested.status_class if tested else None,
        "latency_ms": tested.latency_ms if tested else None,
        "code": tested.code if tested else "",
        "sentence": tested.sentence if tested else "",
        "circuit": status.circuit,
        "circuit_open_until": status.open_until if status.circuit == "open" else None,
        "requests": status.requests,
        "error_rate": status.error_rate,
        "errors": status.errors,
        "first_token_p50_ms": status.p50,
        "first_token_p95_ms": status.p95,
        "last_error": status.last_error,
        "last_error_at": status.last_error_at,
        "pausing_keys": [{"key": pause.key, "until": pause.until} for pause in status.pauses],
    }
