"""Rows that are written once: a log that could be tidied afterwards would prove nothing."""

from typing import Any, NoReturn, Self, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class Kept(TypeError):
    """Somebody tried to change or delete what is kept as it was written: a mistake of the program's."""


class AppendOnlyQuerySet(models.QuerySet[Row]):
    """Reads and inserts. Where a person is deleted, Django empties the references beside this, and leaves the rest."""

    def update(self, **_changes: Any) -> NoReturn:
        """Raises Kept."""
        raise Kept(f"{self.model.__name__} is kept as it was written.")

    def delete(self) -> NoReturn:
        """Raises Kept."""
        raise Kept(f"{self.model.__name__} is kept as it was written.")


class AppendOnly(models.Model):
    """A row that is saved once and stays."""

    objects: models.Manager[Self] = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the row. Raises Kept for one that is stored already."""
        if not self._state.adding:
            raise Kept(f"{type(self).__name__} is kept as it was written.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Raises Kept."""
        raise Kept(f"{type(self).__name__} is kept as it was written.")
