"""Numbers as people of the active language write them."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aihelper.lib.amounts import plain


def count(value: int) -> str:
    """A whole number with its thousands apart."""
    return number_format(value, use_l10n=True, force_grouping=True)


def short(value: Decimal) -> str:
    """A number for an axis or a narrow place, in three digits or so: 950, 12.5 k, 3 M; in Chinese by ten thousands."""
    for size, unit in _units():
        if value >= size:
            scaled = value / size
            places = 0 if scaled >= 100 or scaled == scaled.to_integral_value() else 1
            return unit % number_format(round(scaled, places), decimal_pos=places, use_l10n=True)
    if value == int(value):
        return count(int(value))
    return number_format(plain(value), use_l10n=True)


def _units() -> tuple[tuple[int, str], ...]:
    """Chinese counts by ten thousands and hundred millions."""
    if _is_chinese():
        return ((10**8, "%s 亿"), (10**4, "%s 万"))
    return ((10**9, "%s bn"), (10**6, "%s M"), (10**3, "%s k"))


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def money(value: Decimal, currency: str) -> str:
    """An amount: two places, more where there would be nothing but zeros."""
    places = 2
    while places < 8 and value and abs(value) < Decimal(1).scaleb(1 - places):
        places += 1
    value = round(value, places)
    while places > 2 and value == round(value, places - 1):
        places -= 1
    amount = number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)
    return f"{amount} {currency}"


def percent(value: int) -> str:
    """A share of a hundred: Chinese writes the sign close to its number."""
    return _("%(percent)d %%") % {"percent": value}


def seconds(milliseconds: int | None) -> str:
    """A time to the first token; a dash for none."""
    if milliseconds is None:
        return "–"
    if milliseconds < 1000:
        return _("%s ms") % milliseconds
    return _("%s s") % number_format(round(milliseconds / 1000, 1), decimal_pos=1, use_l10n=True)


def day(value: date) -> str:
    """A day without its year, in few letters."""
    return date_format(value, "n月j日" if _is_chinese() else "M j")


def moment(value: datetime) -> str:
    """A time to the minute, where the site is."""
    return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
