import os
import sys
from argparse import ArgumentParser
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User
from aihelper.lib.errors import AppError
from chat import presenters, selectors
from chat.services.send import SendRequest, send
from chat.terminal import Terminal, printable, terminal
from providers.registry import ClientFactory

PROMPT = "> "


class Command(BaseCommand):
    """Chat in the terminal: the same services, the same engine and the same history as on the web."""

    help = "Chat in the terminal. Without a message: line by line, until Ctrl+D. Ctrl+C stops an answer."
    # The seam by which tests bring an upstream of their own.
    client_factory: ClassVar[ClientFactory | None] = None

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("message", nargs="?", help="What to ask; from standard input when that is no terminal.")
        parser.add_argument("--user", metavar="NAME", help="Who asks. Default: the first administrator.")
        parser.add_argument("--model", metavar="ID", help="The model. Default: that of the session, or the first.")
        parser.add_argument("--role", metavar="SLUG", help="The role. Default: that of the session, or the assistant.")
        parser.add_argument("--session", metavar="ID", help="The session to go on with. Default: a new one.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = _user(options["user"])
        self._session_id: str | None = options["session"]
        self._verbose = options["verbosity"] > 0
        message = options["message"]
        if message is None and not sys.stdin.isatty():
            message = sys.stdin.read()
        try:
            self._welcome(user)
            with terminal(type(self).client_factory) as engine:
                if message is not None:
                    self._ask(engine, user, message, options)
                else:
                    self._talk(engine, user, options)
        except AppError as error:
            raise CommandError(str(error.detail)) from error
        except BrokenPipeError:
            # Whoever read the answer wants no more of it (`| head`): end quietly, as commands do.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)

    def _welcome(self, user: User) -> None:
        if self._session_id:
            title = selectors.session(user, self._session_id).title
            self._note(printable(title).replace("\n", " "))

    def _talk(self, engine: Terminal, user: User, options: dict[str, Any]) -> None:
        """Ask line by line; an error costs its line only."""
        self._note(_("Ctrl+C stops an answer, Ctrl+D ends."))
        while True:
            try:
                line = input(PROMPT)
            except (EOFError, KeyboardInterrupt):
                self.stdout.write("")
                return
            try:
                if line.strip():
                    self._ask(engine, user, line, options)
            except (AppError, CommandError) as error:
                self.stderr.write(self.style.ERROR(str(error)))

    def _ask(self, engine: Terminal, user: User, message: str, options: dict[str, Any]) -> None:
        """One question and its answer. Raises AppError, and CommandError when the answer failed."""
        request = SendRequest(
            message=message, session_id=self._session_id, model_id=options["model"], role=options["role"]
        )
        started = send(user, request)
        is_new, self._session_id = self._session_id is None, started.session_id
        end = engine.follow(started, self._write)
        self.stdout.write("")
        if is_new:
            self._note(_("Go on with --session %(id)s") % {"id": started.session_id})
        if end is None:
            raise CommandError(_("The chat was deleted."))
        if failure := presenters.error_of(end.state, end.error_code):
            raise CommandError(failure["error"])

    def _write(self, text: str) -> None:
        self.stdout.write(text, ending="")
        self.stdout.flush()

    def _note(self, text: str) -> None:
        """What is not the answer goes to stderr, so that the answer can be piped."""
        if self._verbose and text:
            self.stderr.write(text)


def _user(name: str | None) -> User:
    if name is None:
        user = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
        if user is None:
            raise CommandError(_("There is no administrator. Say who asks: --user NAME"))
        return user
    try:
        user = User.objects.get_by_natural_key(name)
    except User.DoesNotExist as error:
        raise CommandError(_("There is no user of that name.")) from error
    if not user.may_sign_in:
        raise CommandError(_("This user may not sign in."))
    return user
