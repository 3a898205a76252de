"""What a person has imported."""

from accounts.models import User
from aihelper.lib.errors import NotFound
from chat.models import ChatImport
from chat.selectors.ids import is_uuid

# Older ones are no longer shown: a page need not hold them.
MOST = 100


def chat_import(user: User, import_id: object, *, lock: bool = False) -> ChatImport:
    """The person's import. Raises NotFound."""
    rows = ChatImport.objects.select_for_update() if lock else ChatImport.objects
    found = rows.filter(user=user, import_id=import_id).first() if is_uuid(import_id) else None
    if found is None:
        raise NotFound
    return found


def chat_imports(user: User) -> list[ChatImport]:
    """The person's imports, the newest first."""
    return list(ChatImport.objects.filter(user=user).order_by("-create_time", "-pk")[:MOST])
