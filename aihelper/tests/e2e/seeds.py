"""Rows that no route makes, written straight into the database of a site: nobody talks 2,000 times for a test.

`Seeds` starts this module once in the environment of a site. Each line of its input is a JSON array, the name of a
function below and its arguments; each line that it prints is what that function gave.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from aihelper.lib.environment import ROOT


class Seeds:
    """A process with the settings of a site, for all that is seeded there. It starts with the first call."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = {**environment, "DJANGO_SETTINGS_MODULE": "aihelper.settings"}
        self._process: subprocess.Popen[str] | None = None

    def __call__(self, function: str, *arguments: Any) -> Any:
        """Call a function of this module there. Raises RuntimeError when it fails; its traceback is in our output."""
        if self._process is None:
            pipe, words = subprocess.PIPE, [sys.executable, "-m", __name__]
            self._process = subprocess.Popen(words, cwd=ROOT, env=self._environment, stdin=pipe, stdout=pipe, text=True)
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([function, *arguments]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self.close()
            raise RuntimeError(f"{function} failed")
        return json.loads(line)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate()
            self._process = None


def invite(max_uses: int = 1) -> str:
    """A link for so many people, without the site's address."""
    from accounts.invitations import giving

    return giving.invite(by=None, groups=[], max_uses=max_uses).path


def sessions(username: str, count: int, first: int = 0) -> None:
    """Conversations of a person, one each half hour back: the newest is "Chat 0", or has the number `first`."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from chat.models import Session

    user, now = get_user_model().objects.get(username=username), timezone.now()
    rows = [
        Session(
            user=user,
            title=f"Chat {number}",
            update_time=now - timedelta(minutes=30) * number,
            changed_at=now - timedelta(days=1),
        )
        for number in range(first, first + count)
    ]
    Session.objects.bulk_create(rows, batch_size=500)


def conversation(username: str, title: str, texts: list[str]) -> str:
    """A conversation of a person, `texts` being said in turn by them and by a model. Gives its session_id."""
    from django.contrib.auth import get_user_model
    from django.db import transaction

    from chat.models import Message, Session

    with transaction.atomic():
        user = get_user_model().objects.get(username=username)
        session = Session.objects.create(user=user, title=title, title_is_manual=True)
        rows = [
            Message(
                session=session,
                user=user,
                seq=seq,
                role="assistant" if seq % 2 == 0 else "user",
                content=text,
                finish_reason="stop" if seq % 2 == 0 else "",
                model_id="swift" if seq % 2 == 0 else "",
            )
            for seq, text in enumerate(texts, 1)
        ]
        Message.objects.bulk_create(rows, batch_size=200)
        for before, row in zip(rows, rows[1:], strict=False):
            row.parent = before
        Message.objects.bulk_update(rows[1:], ["parent"], batch_size=100)
        session.current_message = rows[-1]
        session.last_seq = len(rows)
        session.save()
    return str(session.session_id)


def announce(username: str, text: str, level: str) -> int:
    """An announcement for one person, or without a name one on the sign-in page. Gives its number."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.db import transaction

    from accounts.announcements import current
    from accounts.announcements.models import Announcement

    with transaction.atomic():
        row = Announcement.objects.create(text=text, level=level, in_chat=bool(username), at_sign_in=not username)
        if username:
            group = Group.objects.create(name=f"announcement {row.pk}")
            group.user_set.add(get_user_model().objects.get(username=username))
            row.groups.add(group)
        current.changed()
    return int(row.pk)


def withdraw(number: int) -> None:
    """End it."""
    from accounts.announcements import current
    from accounts.announcements.models import Announcement

    Announcement.objects.filter(pk=number).update(is_active=False)
    current.changed()


def no_announcements() -> None:
    """End all of them."""
    from accounts.announcements.models import Announcement

    Announcement.objects.all().delete()


def blocked_word(word: str, action: str) -> None:
    """A word of which an administrator has said what happens to messages with it: block, mask or warn."""
    from chat.models import BlockedWord

    BlockedWord.objects.get_or_create(word=word, defaults={"action": action})


def budget(username: str, messages: int) -> int:
    """So many messages a day for a person. Gives its id."""
    from django.contrib.auth import get_user_model

    from accounts.budgets.models import Budget

    user = get_user_model().objects.get(username=username)
    return int(Budget.objects.create(name="Messages a day", user=user, limit=messages).pk)


def no_budget(number: int) -> None:
    """Take a budget away."""
    from accounts.budgets.models import Budget

    Budget.objects.filter(pk=number).delete()


def new_password(username: str) -> None:
    """Ask a person for a new password at the next sign-in."""
    from django.contrib.auth import get_user_model

    get_user_model().objects.filter(username=username).update(password_change_required=True)


def administrator(username: str, yes: bool) -> None:
    """Make a person an administrator, or take that away."""
    from django.contrib.auth import get_user_model

    get_user_model().objects.filter(username=username).update(is_staff=yes)


def row(model: str, values: dict[str, Any]) -> int:
    """A row of a model, which is named as in accounts.Budget. Gives its key."""
    from django.apps import apps

    return int(apps.get_model(model)._default_manager.create(**values).pk)


def site_settings(values: dict[str, Any]) -> None:
    """Settings of the site."""
    from accounts.models import SiteSettings

    SiteSettings.objects.update_or_create(pk=1, defaults=values)


def found(model: str, values: dict[str, Any]) -> list[int]:
    """The keys of the rows with these values, oldest first."""
    from django.apps import apps

    return list(apps.get_model(model)._base_manager.filter(**values).order_by("pk").values_list("pk", flat=True))


def group(name: str, usernames: list[str]) -> int:
    """A group with these people. Gives its key."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group

    made, _is_new = Group.objects.get_or_create(name=name)
    made.user_set.set(get_user_model().objects.filter(username__in=usernames))
    return int(made.pk)


def used(days_ago: int, calls: int, failed: int) -> str:
    """So many calls to a provider on a day, some of which failed, added up for the overview. Gives the day."""
    from aihelper.lib import days
    from chat.engine import rollup
    from chat.models import UsageRecord

    day = days.today() - timedelta(days=days_ago)
    moment = days.begin(day) + timedelta(hours=12)
    for number in range(calls):
        how = {"state": "failed", "error_code": "rate_limited"} if number < failed else {"state": "completed"}
        UsageRecord.objects.create(
            username="ada",
            model_id="swift",
            provider_name="Our own",
            prompt_tokens=100,
            completion_tokens=50,
            cost="0.02",
            currency="USD",
            first_token_ms=400,
            create_time=moment,
            **how,
        )
    list(rollup.compute([day]))
    return day.isoformat()


FUNCTIONS: dict[str, Callable[..., Any]] = {
    each.__name__: each
    for each in (
        sessions,
        conversation,
        announce,
        withdraw,
        no_announcements,
        invite,
        blocked_word,
        budget,
        no_budget,
        new_password,
        administrator,
        row,
        site_settings,
        found,
        group,
        used,
    )
}


def main() -> None:
    """Answer calls until the input ends."""
    import django

    from aihelper.lib import environment

    environment.prepare()
    django.setup()
    for line in sys.stdin:
        function, *arguments = json.loads(line)
        print(json.dumps(FUNCTIONS[function](*arguments)), flush=True)


if __name__ == "__main__":
    main()
