"""Amounts of money and of other things that may have many decimal places."""

from decimal import Decimal


def plain(amount: Decimal) -> str:
    """A number without zeros at its end, and never as a power of ten: 12.5, not 12.50000000; 0, not 0E-8."""
    return f"{amount.normalize():f}"
