"""A person's folders: made, changed, put in order, taken away. What is in them stays."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts import notes
from accounts.models import User
from aihelper.lib.db import retry_on_conflict
from aihelper.lib.errors import AppError, Conflict
from chat import selectors
from chat.engine import feed
from chat.models import Folder
from chat.services.lines import clean_line

MAX_FOLDERS = 100
MAX_NAME_CHARS = 80
# A family with skin tones is eleven code points.
MAX_EMOJI_CHARS = 16
# What other tabs hear when folders, or the numbers of what is in them, have changed.
FOLDERS = "folders"


@retry_on_conflict
@transaction.atomic
def create(user: User, name: str, emoji: str = "") -> Folder:
    """A folder at the end of the person's. Raises AppError (invalid_folder), Conflict (too_many_folders)."""
    name, emoji = clean_name(name), clean_emoji(emoji)
    # One after the other for each person: those who count at the same time would all find room.
    User.objects.select_for_update().filter(pk=user.pk).first()
    rows = Folder.objects.filter(user=user)
    if rows.count() >= MAX_FOLDERS:
        sentence = _("You have %(limit)d folders already. Delete one to make room.") % {"limit": MAX_FOLDERS}
        raise Conflict(sentence, code="too_many_folders")
    last = rows.aggregate(last=Max("sort_order"))["last"] or 0
    folder = Folder.objects.create(user=user, name=name, emoji=emoji, sort_order=last + 1)
    _tell(user)
    return folder


@retry_on_conflict
@transaction.atomic
def update(user: User, folder_id: str, name: str | None = None, emoji: str | None = None) -> Folder:
    """Rename a folder or give it another emoji; None leaves it. Raises NotFound, AppError (invalid_folder)."""
    folder = selectors.folder(user, folder_id, lock=True)
    if name is not None:
        folder.name = clean_name(name)
    if emoji is not None:
        folder.emoji = clean_emoji(emoji)
    folder.save(update_fields=["name", "emoji"])
    _tell(user)
    return folder


@retry_on_conflict
@transaction.atomic
def delete(user: User, folder_id: str) -> None:
    """Take a folder away; its sessions stay, in no folder. Raises NotFound."""
    # Their `changed_at` stays too: thousands of frames to each tab would say what the one note says.
    selectors.folder(user, folder_id, lock=True).delete()
    _tell(user)


@retry_on_conflict
@transaction.atomic
def reorder(user: User, folder_ids: Sequence[str]) -> None:
    """Put the person's folders into this order; those that it does not name come after, as they were.

    Unknown ids are passed over: another tab may have deleted one at the same moment.
    """
    place = {folder_id: number for number, folder_id in enumerate(dict.fromkeys(folder_ids))}
    rows = list(Folder.objects.select_for_update().filter(user=user))
    rows.sort(key=lambda folder: place.get(folder.folder_id, len(place)))
    for number, folder in enumerate(rows):
        folder.sort_order = number
    Folder.objects.bulk_update(rows, ["sort_order"])
    _tell(user)


def for_new(user: User, folder_id: str | None) -> Folder | None:
    """The folder that a new session goes to, which others hear of. Inside a transaction. Raises NotFound."""
    if not folder_id:
        return None
    folder = selectors.folder(user, folder_id, lock=True)
    notes.touch(user, FOLDERS)
    return folder


def clean_name(name: str) -> str:
    """A name as it is stored. Raises AppError (invalid_folder)."""
    cleaned = clean_line(name, MAX_NAME_CHARS)
    if not cleaned:
        sentence = _("The name of a folder is one line of 1 to %(limit)d characters.") % {"limit": MAX_NAME_CHARS}
        raise AppError(sentence, code="invalid_folder")
    return cleaned


def clean_emoji(emoji: str) -> str:
    """An emoji as it is stored; none is allowed. Raises AppError (invalid_folder) for words and sentences."""
    emoji = emoji.strip()
    if emoji and (not clean_line(emoji, MAX_EMOJI_CHARS) or emoji.isascii() or any(map(str.isspace, emoji))):
        raise AppError(_("Choose one emoji, or none."), code="invalid_folder")
    return emoji


def _tell(user: User) -> None:
    notes.touch(user, FOLDERS)
    transaction.on_commit(lambda: feed.poke(user.pk))
