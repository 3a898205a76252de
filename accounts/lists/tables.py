"""The tables that are given out: the template of a list, and the links."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.lists.adding import Link
from accounts.lists.reading import TEMPLATE
from aihelper.lib.tables import MARK, cell, lines


def template() -> str:
    """A list with its columns and two lines to show how they are meant."""
    return MARK + lines(
        [
            TEMPLATE,
            ("lihua", "lihua@example.org", "李华", "7b|chess", ""),
            ("bob", "", "", "7b", "a first password 1"),
        ]
    )


def of_links(links: Iterable[Link], site: str) -> str:
    """Who chooses a password where. `site` is the address before the paths."""
    head = [_("username"), _("display name"), _("Groups"), _("link")]
    rows = ([cell(each.username), cell(each.name), cell(each.groups), f"{site}{each.path}"] for each in links)
    return MARK + lines([head, *rows])
