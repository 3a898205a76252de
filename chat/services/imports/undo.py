"""Takes an import back."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.groups import policy
from accounts.holds import rules
from accounts.models import User
from aihelper.lib.db import retry_on_conflict
from aihelper.lib.errors import Conflict
from chat import selectors
from chat.models import ImportedChat, Session
from chat.models.session import GIVEN_UP
from chat.services import bulk
from chat.services.imports.write import tell

BATCH = 500


@dataclass(frozen=True, slots=True)
class Undone:
    """How many chats are gone, and how many were kept because the person has gone on with them."""

    removed: int
    kept: int


@retry_on_conflict
@transaction.atomic
def undo(user: User, import_id: str) -> Undone:
    """Delete the chats of an import for good, but not those that the person has gone on with; they stay imported.

    What is in the trash goes, too; what is under legal hold stays. Raises NotFound, Conflict (already_undone), and
    Forbidden where the person's group keeps chats (deletion_off) or all that is theirs stays (kept).
    """
    row = selectors.chat_import(user, import_id, lock=True)
    if row.undone_at:
        raise Conflict(_("This import was taken back already."), code="already_undone")
    policy.demand_may_delete(user)
    rules.demand(user)
    chats = ImportedChat.objects.filter(chat_import=row).exclude(session__deleted_at=GIVEN_UP)
    free = chats.exclude(rules.session("session__session_id"))
    unchanged = list(free.filter(session__last_seq=F("last_seq")).values_list("session_id", flat=True))
    kept = chats.count() - len(unchanged)
    now = timezone.now()
    for start in range(0, len(unchanged), BATCH):
        pks = unchanged[start : start + BATCH]
        ImportedChat.objects.filter(session_id__in=pks).delete()
        Session.objects.filter(pk__in=pks).update(deleted_at=GIVEN_UP, changed_at=now)
    row.undone_at = now
    row.save(update_fields=["undone_at"])
    tell(user)
    bulk.purged(user)
    return Undone(len(unchanged), kept)
