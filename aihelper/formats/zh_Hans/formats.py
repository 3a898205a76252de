"""Simplified Chinese groups digits by thousands (CLDR); Django's own has no separator, and 12345678 reads badly."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
