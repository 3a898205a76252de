"""The page "Status": how each provider has fared in the last hours."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aihelper.lib import numbers
from providers.health import report
from providers.health.report import STEPS, Status
from providers.models import Provider

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Provider]
else:
    Base = object

CIRCUITS = {
    "closed": (_("well"), "health-ok"),
    "open": (_("spared: asked last"), "health-down"),
    "half_open": (_("on trial"), "health-trial"),
}
# In the drawing's own units.
BAR_WIDTH, BAR_GAP, HEIGHT = 4, 1, 32


@dataclass(frozen=True, slots=True)
class Bar:
    """A step of the line: from the bottom, what was answered, and on it what was not."""

    x: int
    ok_y: float
    ok_height: float
    failed_y: float
    failed_height: float


def bars(status: Status) -> list[Bar]:
    """The line of a provider, its busiest step as high as the drawing. A call is never too small to be seen."""
    most = max(step.ok + step.failed for step in status.steps) or 1
    drawn = []
    for place, step in enumerate(status.steps):
        ok, failed = (_height(count, most) for count in (step.ok, step.failed))
        ok = min(ok, HEIGHT - failed)
        if step.ok or step.failed:
            bottom = HEIGHT - ok
            drawn.append(Bar(place * (BAR_WIDTH + BAR_GAP), bottom, ok, round(bottom - failed, 1), failed))
    return drawn


def _height(count: int, most: int) -> float:
    return round(max(2.0, HEIGHT * count / most), 1) if count else 0.0


class StatusMixin(Base):
    """For the admin of providers."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.status_view)
        return [path("status/", view, name="providers_provider_status"), *super().get_urls()]

    def status_view(self, request: HttpRequest) -> HttpResponse:
        """For whoever may look at providers; it asks nobody, and shows what was counted."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        now = timezone.now()
        statuses = report.read(now=now)
        rows = [
            {
                "status": status,
                "bars": bars(status),
                "circuit": CIRCUITS[status.circuit],
                "half": numbers.seconds(status.p50),
                "most": numbers.seconds(status.p95),
                "percent": None if status.error_rate is None else numbers.percent(round(100 * status.error_rate)),
                "calls": sum(step.ok + step.failed for step in status.steps),
                "misses": sum(step.failed for step in status.steps),
            }
            for status in statuses
        ]
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Status"),
            "rows": rows,
            "now": now,
            "hours": STEPS * report.STEP.seconds // 3600,
            "width": STEPS * (BAR_WIDTH + BAR_GAP) - BAR_GAP,
            "height": HEIGHT,
            "bar_width": BAR_WIDTH,
        }
        return TemplateResponse(request, "admin/providers/status.html", context)

    @admin.display(description=_("calls"))
    def show_circuit(self, provider: Provider) -> str:
        """How the calls of people fare: a column of the list."""
        words, name = CIRCUITS[report.circuit_of(getattr(provider, "state", None), timezone.now())]
        return format_html('<span class="{}">{}</span>', name, words)
