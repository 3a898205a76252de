"""Avatars: whatever comes in is decoded, and only its pixels go out again, as a square WebP.

Type, name and size that the sender states are not looked at. Re-encoding leaves nothing of the file but a
picture: no script in an SVG, no second file behind the first, no place where the photo was taken.
"""

import struct
import uuid
from collections.abc import Callable
from io import BytesIO
from threading import BoundedSemaphore
from typing import IO
from zlib import error as ZlibError

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from accounts import notes
from accounts.models import User
from aihelper.lib.errors import AppError, NotFound, TooLarge

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
SIZE = 256
MAX_BYTES = 2 * 1024 * 1024
# 2 MB may unpack to gigabytes; this many pixels take 100 MB.
MAX_PIXELS = 25_000_000
FOLDER = "avatars"

# Decoding takes the memory above: no more than two at once.
_places = BoundedSemaphore(2)

# What Pillow's decoders raise on files that are no images, or broken ones.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    OverflowError,
    EOFError,
    struct.error,
    ZlibError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def url_of(user: User) -> str | None:
    """Where the user's avatar is served, if there is one."""
    return f"/media/{FOLDER}/{user.avatar}" if user.avatar else None


def store(user: User, file: IO[bytes]) -> None:
    """Make the picture in `file` the user's avatar. Raises TooLarge, or AppError with the code image_not_valid."""
    data = file.read(MAX_BYTES + 1)
    picture = square(data)
    name = f"{uuid.uuid4()}.webp"
    default_storage.save(f"{FOLDER}/{name}", ContentFile(picture))
    try:
        _replace(user, name)
    except (DatabaseError, User.DoesNotExist):
        default_storage.delete(f"{FOLDER}/{name}")
        raise


def remove(user: User) -> None:
    """Take the user's avatar away; the front end draws initials then."""
    _replace(user, "")


def read(name: uuid.UUID) -> bytes:
    """The stored picture. Raises NotFound."""
    try:
        with default_storage.open(f"{FOLDER}/{name}.webp") as file:
            content: bytes = file.read()
            return content
    except FileNotFoundError as error:
        raise NotFound from error


def square(data: bytes) -> bytes:
    """The picture as a WebP of SIZE x SIZE pixels, upright, cut at its longer sides; of a film the first frame."""
    return encode(data, cut)


def encode(data: bytes, fit: Callable[[Image.Image], Image.Image]) -> bytes:
    """The picture as a WebP, fitted by `cut` or `contain`. Raises TooLarge, or AppError (image_not_valid)."""
    if len(data) > MAX_BYTES:
        raise TooLarge(_("The picture is larger than 2 MB."))
    try:
        with _places, Image.open(BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise TooLarge(_("The picture has too many pixels."))
            image.draft("RGB", (2 * SIZE, 2 * SIZE))
            pixels = _bare(image, fit)
    except _BROKEN as error:
        raise AppError(_("This is not a PNG, JPEG, WebP or GIF picture."), code="image_not_valid") from error
    out = BytesIO()
    pixels.save(out, "WEBP", quality=85)
    return out.getvalue()


def cut(image: Image.Image) -> Image.Image:
    """The middle of the picture, SIZE x SIZE."""
    return ImageOps.fit(image, (SIZE, SIZE))


def contain(image: Image.Image) -> Image.Image:
    """The whole picture, made smaller until it is inside SIZE x SIZE."""
    image.thumbnail((SIZE, SIZE))
    return image


def _bare(image: Image.Image, fit: Callable[[Image.Image], Image.Image]) -> Image.Image:
    upright = ImageOps.exif_transpose(image)
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    fitted = fit(upright.convert(mode))
    # A new image from the bare pixels: profiles and comments would otherwise travel along.
    return Image.frombytes(mode, fitted.size, fitted.tobytes())


def _replace(user: User, name: str) -> None:
    """Put the name into the row, and delete the old file once that is certain."""
    with transaction.atomic():
        old = User.objects.select_for_update().values_list("avatar", flat=True).get(pk=user.pk)
        User.objects.filter(pk=user.pk).update(avatar=name)
        notes.touch(user, "user")
        if old:
            transaction.on_commit(lambda: default_storage.delete(f"{FOLDER}/{old}"))
    user.avatar = name
