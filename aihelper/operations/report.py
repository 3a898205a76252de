"""What a look at an installation found: a finding each, with a sentence and what to do about it."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import Error
from django.utils.translation import gettext as _

from aihelper.lib.commands import NOTHING_CHANGED, AppCommand

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `advice` says what to do, where there is something to do."""

    check: str
    level: Level
    sentence: str
    advice: str = ""


Check = Callable[[], Iterable[Finding]]


def look(checks: Sequence[tuple[str, Check]]) -> Iterator[Finding]:
    """Run all checks by name; what the database refuses to tell is a finding, too."""
    for name, check in checks:
        try:
            yield from check()
        except Error as error:
            # The class only: the database's own words may hold values and hosts.
            text = _("This could not be looked at: %(error)s.") % {"error": type(error).__name__}
            yield Finding(name, "fail", text, _("Correct what stands above first, then look again."))


class ReportCommand(AppCommand):
    """A command that looks, changes nothing, and ends with code 1 when something is wrong."""

    when_broken_off = NOTHING_CHANGED

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--strict", action="store_true", help=_("End with code 1 for warnings, too."))

    def checks(self, **options: Any) -> list[tuple[str, Check]]:
        """What is looked at, in this order."""
        raise NotImplementedError

    def work(self, **options: Any) -> dict[str, Any]:
        findings = list(look(self.checks(**options)))
        counts = {level: sum(1 for item in findings if item.level == level) for level in ("ok", "warn", "fail")}
        bad = counts["fail"] + (counts["warn"] if options["strict"] else 0)
        rows = [
            {"check": item.check, "level": item.level, "sentence": item.sentence, "advice": item.advice}
            for item in findings
        ]
        return {"ok": bad == 0, "counts": counts, "findings": rows}

    def show(self, facts: dict[str, Any]) -> None:
        styles = {"ok": self.style.SUCCESS, "warn": self.style.WARNING, "fail": self.style.ERROR}
        for row in facts["findings"]:
            self.stdout.write(f"{styles[row['level']](row['level'].ljust(4))}  {row['check']:<12}{row['sentence']}")
            if row["advice"]:
                self.stdout.write(f"{'':18}{row['advice']}")
        text = _("%(ok)d fine, %(warn)d warnings, %(fail)d failures")
        self.stdout.write(text % facts["counts"])
