import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import services
from accounts.holds import rules
from accounts.models import User, username_key
from aihelper.lib.commands import AppCommand
from aihelper.lib.errors import AppError
from chat.models import Document, Message, Session


class Command(AppCommand):
    """What people can do themselves in their settings."""

    help = gettext_lazy(
        "Delete a person for good with everything that is theirs: chats, attachments, links, roles, prompts, sign-ins. "
        "The ledger of usage stays, with the name in it. `export_user` first, if anything shall be kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("username", metavar="NAME", help=_("Who."))
        parser.add_argument("--yes", action="store_true", help=_("Do not ask."))

    def work(self, **options: Any) -> dict[str, Any]:
        user = User.objects.filter(username_key=username_key(options["username"])).first()
        if user is None:
            self.refuse(_("There is no user of that name."))
        if rules.holds_account(user):
            sentence = _("%(username)s, or a chat of theirs, is under legal hold. Nothing was deleted.")
            raise CommandError(sentence % {"username": user.username})
        facts = {
            "username": user.username,
            "chats": Session.objects.filter(user=user).count(),
            "messages": Message.objects.filter(user=user).count(),
            "documents": Document.objects.filter(user=user).count(),
        }
        if not options["yes"]:
            self._ask(facts)
        try:
            services.erase(user, _("This is the last administrator. Give somebody else the rights first."))
        except AppError as error:
            raise CommandError(str(error.detail)) from error
        return facts

    def _ask(self, facts: dict[str, Any]) -> None:
        if not sys.stdin.isatty():
            self.refuse(_("Nobody is there to be asked. Say --yes to delete without asking."))
        self.stderr.write(
            _("%(username)s has %(chats)d chats with %(messages)d messages, and %(documents)d attachments.") % facts
        )
        if input(_("Type the name to delete all of it for good: ")).strip() != facts["username"]:
            self.refuse(_("This is not the name. Nothing was deleted."))

    def show(self, facts: dict[str, Any]) -> None:
        self.stdout.write(_("%(username)s was deleted, with %(chats)d chats and %(documents)d attachments.") % facts)
