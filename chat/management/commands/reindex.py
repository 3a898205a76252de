"""`manage.py reindex`: bring the search up to date, repair it, or build it anew."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from chat.engine import indexer
from chat.models import Message
from chat.models.message import NOT_INDEXED


class Command(BaseCommand):
    """Index what the search does not have yet. The server does the same in the background."""

    help = "Brings the full-text search up to date: what is new, and what counts as indexed but is not there."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """`--all` begins from nothing, `--check` only counts."""
        parser.add_argument("--all", action="store_true", help="Index every message anew.")
        parser.add_argument("--check", action="store_true", help="Only say how many messages are not indexed.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Index until nothing is left."""
        if options["check"]:
            waiting = Message.objects.filter(NOT_INDEXED).count()
            self.stdout.write(f"{waiting} messages are not indexed yet.")
            return
        if options["all"]:
            while indexer.forget():
                pass
        elif missing := indexer.forget_missing():
            self.stdout.write(f"{missing} messages were missing in the index.")
        done = 0
        while count := indexer.index_batch():
            done += count
            if done % 10_000 < count:
                self.stdout.write(f"{done} ...")
        self.stdout.write(f"{done} messages were indexed.")
