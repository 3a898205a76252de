"""The site's logo: decoded and encoded anew like avatars (accounts.avatars), but whole, not cut to a square."""

import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts import avatars
from accounts.site.models import SiteSettings
from aihelper.lib.errors import NotFound

FOLDER = "site"


def url_of(settings: SiteSettings) -> str | None:
    """Where the logo is served, if there is one."""
    return f"/media/{FOLDER}/{settings.logo}" if settings.logo else None


def keep(picture: bytes) -> str:
    """Store an encoded picture; the name that it has from now on. An old one stays: the history may go back to it."""
    name = f"{uuid.uuid4()}.webp"
    default_storage.save(f"{FOLDER}/{name}", ContentFile(picture))
    return name


def encode(data: bytes) -> bytes:
    """The picture as a WebP inside avatars.SIZE x SIZE. Raises TooLarge, or AppError (image_not_valid)."""
    return avatars.encode(data, avatars.contain)


def read(name: uuid.UUID) -> bytes:
    """The stored picture. Raises NotFound."""
    try:
        with default_storage.open(f"{FOLDER}/{name}.webp") as file:
            content: bytes = file.read()
            return content
    except FileNotFoundError as error:
        raise NotFound from error
