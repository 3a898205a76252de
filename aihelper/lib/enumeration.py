"""Names in a row, as the language of the page parts them."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def listed(names: Iterable[str]) -> str:
    """Such as "Class 9A, Teachers"; in Chinese with its own comma."""
    return pgettext("between names", ", ").join(names)
