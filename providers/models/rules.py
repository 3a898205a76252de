"""What the tables of providers have in common."""

from django.db import models
from django.db.models import Q


def in_range(field: str, low: int, high: int) -> models.CheckConstraint:
    """A rule of the database: the field is empty, or from `low` to `high`."""
    condition = Q(**{f"{field}__gte": low}) & Q(**{f"{field}__lte": high})
    return models.CheckConstraint(condition=condition, name=f"%(class)s_{field}_range")
