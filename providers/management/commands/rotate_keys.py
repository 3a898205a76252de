from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aihelper.lib.commands import AppCommand
from providers import rotation, secrets


class Command(AppCommand):
    help = _(
        "Encrypt the stored API keys anew with the first key of FIELD_KEYS. Put the new key in front of the old one, "
        "restart, run this, and take the old one out once nothing is encrypted with it. It may be broken off at any "
        "time: run it again for the rest. Ends with code 1 when a key cannot be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help=gettext("Only count; change nothing."))
        text = gettext("Keys in one transaction (default: %(default)d).")
        parser.add_argument("--batch", type=int, metavar="N", default=rotation.BATCH, help=text)

    def work(self, **options: Any) -> dict[str, Any]:
        """Rotate, and count what each key of the ring encrypts afterwards."""
        if not 1 <= options["batch"] <= 10_000:
            self.refuse(gettext("--batch takes a number from 1 to 10000."))
        try:
            first, waiting = next(iter(secrets.ring())), rotation.waiting()
        except secrets.KeyRingError:
            self.refuse(gettext("FIELD_KEYS is missing or wrong (see manage.py check)."))
        rotated = 0
        unreadable: list[str] = []
        if not options["dry_run"]:
            steps = rotation.rotate(options["batch"])
            for step in self.progress(steps, total=-(-waiting // options["batch"]), label="rotate_keys"):
                rotated += step.rotated
                unreadable += step.unreadable
        left = rotation.waiting()
        return {
            "ok": not unreadable,
            "dry_run": options["dry_run"],
            "key": first,
            "rotated": rotated,
            "waiting": left,
            "unreadable": sorted(set(unreadable)),
            "counts": rotation.counts(),
        }

    def show(self, facts: dict[str, Any]) -> None:
        """A line for each fact that matters to people."""
        text = gettext("Encrypted anew: %(rotated)d. Not encrypted with %(key)s yet: %(waiting)d.")
        self.stdout.write(text % facts)
        for kid, count in sorted(facts["counts"].items()):
            self.stdout.write(f"  {kid or '?'}: {count}")
        if facts["unreadable"]:
            names = ", ".join(facts["unreadable"])
            self.stderr.write(gettext("Cannot be read, enter the key again: %(names)s.") % {"names": names})
