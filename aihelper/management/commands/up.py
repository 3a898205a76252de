"""`manage.py up`: from whatever state the installation is in to a serving one, with one command."""

import argparse
import hashlib
import os
import secrets
import socket
import time
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core import checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

# Folders of libraries whose pages we do not serve; hashing and packing them takes longer than all others.
UNUSED_STATIC = ["rest_framework", "redoc"]

# Set by `make run`: when it began, in seconds since 1970.
STARTED_VARIABLE = "AIHELPER_STARTED"


class Command(BaseCommand):
    """Migrate, make the first administrator and provider, and serve."""

    help = "Migrates the database, creates the first administrator and provider, and serves on HOST:PORT."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The few options; everything else comes from the environment (.env.example)."""
        text = "What serves: uvicorn for production (docs/operations.md), daphne otherwise (default: %(default)s)."
        parser.add_argument("--server", choices=["daphne", "uvicorn"], default="daphne", help=text)
        parser.add_argument("--no-serve", action="store_true", help="Prepare everything and stop.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, then serve until SIGTERM or Ctrl+C."""
        if not options["no_serve"]:
            require_free_address(settings.HOST, settings.PORT)
        try:
            self.migrate()
        except OperationalError as error:
            message = f"The database of DATABASE_URL does not let us in or does not answer: {error.args[-1]}"
            raise CommandError(message) from error
        self.check(databases=["default"], fail_level=checks.ERROR + 1)
        self.set_up_providers()
        self.collect_static()
        # After all that takes long: who stops the first start has no administrator yet whose password nobody saw.
        password = create_first_admin()
        banner = banner_text(password, serving=not options["no_serve"])
        if options["no_serve"]:
            self.stdout.write(banner)
            return
        from aihelper.servers import SERVERS

        connection.close()
        serve = SERVERS[options["server"]]
        if not serve(settings.HOST, settings.PORT, lambda: self.say_ready(banner)):
            raise CommandError(f"Nothing could be served on {settings.HOST}:{settings.PORT}.")

    def migrate(self) -> None:
        """Apply what is missing; looking is ten times faster than migrating nothing."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database ...")
            call_command("migrate", interactive=False, verbosity=0)

    def set_up_providers(self) -> None:
        """The provider of AIHELPER_PROVIDER_URL, and the demo for as long as there is no other."""
        from providers import services

        if settings.FIRST_PROVIDER_URL:
            services.setup_first_provider()
        services.ensure_demo()

    def collect_static(self) -> None:
        """Collect the static files when what they are made of has changed."""
        if not (settings.STATICFILES_DIRS[0] / "manifest.json").exists():
            self.stderr.write("The page is not built: only the API and the administration are served. Run: make front")
        stamp = settings.STATIC_ROOT / ".stamp"
        wanted = static_digest()
        if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
            return
        self.stdout.write("Collecting static files ...")
        settings.STATICFILES_DIRS[0].mkdir(parents=True, exist_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=UNUSED_STATIC)
        stamp.write_text(wanted, encoding="utf-8")

    def say_ready(self, banner: str) -> None:
        """Print the banner now, also where the output is a pipe, and how long the start took."""
        self.stdout.write(banner)
        if began := os.environ.get(STARTED_VARIABLE):
            self.stdout.write(f"Started in {time.time() - float(began):.1f} s.\n")
        self.stdout.flush()


def banner_text(password: str | None, *, serving: bool) -> str:
    """What the person at the terminal wants to know."""
    url = own_url()
    lines = ["", f"AI Helper {'is ready' if serving else 'is prepared'}: {url}"]
    lines.append(f"  Administration   {url}/admin/")
    if password:
        lines.append(f"  Administrator    {settings.FIRST_ADMIN_USERNAME}")
        lines.append(f"  Password         {password}    (shown this once: write it down)")
    if _only_demo():
        lines.append(f"  Models           only a demo so far; add a provider at {url}/admin/providers/provider/add/")
    if serving:
        lines.append("  Stop             Ctrl+C")
    return "\n".join([*lines, ""])


def create_first_admin() -> str | None:
    """Create the first administrator when there is none; returns a password that was made up for it.

    The password of AIHELPER_ADMIN_PASSWORD is taken as it is, and never shown.
    """
    users = get_user_model()._default_manager
    if users.filter(is_superuser=True).exists():
        return None
    name, password = settings.FIRST_ADMIN_USERNAME, settings.FIRST_ADMIN_PASSWORD
    made_up = None if password else secrets.token_urlsafe(12)
    try:
        with transaction.atomic():
            users.create_superuser(username=name, password=password or made_up)
    except IntegrityError as error:
        # Another process was first, or somebody signed up by this name: nobody is made an
        # administrator because of a name.
        if users.filter(is_superuser=True).exists():
            return None
        message = f"The name {name!r} belongs to somebody already. Set AIHELPER_ADMIN_USERNAME to another one."
        raise CommandError(message) from error
    return made_up


def require_free_address(host: str, port: int) -> None:
    """Raise CommandError with a sentence when another program listens there."""
    try:
        family, kind, _protocol, _name, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        message = f"Cannot listen on {host}:{port} ({error.strerror}). Set PORT to a free one: PORT=8001 make run"
        raise CommandError(message) from error


def own_url() -> str:
    """The address for a browser on this machine."""
    host = "localhost" if settings.HOST in {"", "0.0.0.0", "::"} else settings.HOST  # noqa: S104 - compared, not bound
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}"


def static_digest() -> str:
    """What the static files are now: name, size and time of each, which takes milliseconds to look up."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list(None):
            facts = os.stat(storage.path(name))
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _only_demo() -> bool:
    from providers.models import Provider

    return not Provider.objects.filter(is_active=True, is_demo=False).exists()
