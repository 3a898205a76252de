"""What the policies of somebody's groups come to. Everybody is bound by them, superusers too."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.groups.models import GroupPolicy
from accounts.models import User
from aihelper.lib.errors import Forbidden


@dataclass(frozen=True)
class Policy:
    """What holds for one person. `notice` is what the person is told about being read."""

    may_delete: bool = True
    may_be_read: bool = False
    notice: str = ""


def of(user: User) -> Policy:
    """All groups' policies together: one that forbids deletion forbids it, one that allows reading allows it."""
    rows = list(GroupPolicy.objects.filter(group__user=user).order_by("pk"))
    read = [row for row in rows if row.may_be_read]
    notices = dict.fromkeys(row.notice.strip() for row in read if row.notice.strip())
    return Policy(may_delete=all(row.may_delete for row in rows), may_be_read=bool(read), notice="\n\n".join(notices))


def demand_may_delete(user: User) -> None:
    """Raises Forbidden (deletion_off) for somebody in a group whose chats stay. One query."""
    if GroupPolicy.objects.filter(group__user=user, may_delete=False).exists():
        raise Forbidden(_("Chats cannot be deleted here: your group keeps them."), code="deletion_off")
