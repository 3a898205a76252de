"""Lists of the administration over tables with very many rows."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin.utils import lookup_spawns_duplicates
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Page, Paginator
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.utils.text import smart_split, unescape_string_literal

if TYPE_CHECKING:
    PaginatorBase = Paginator[Any]
else:
    PaginatorBase = Paginator


# So many keys of another table's rows are written into a search.
MOST_KEYS = 500


class KeyPaginator(PaginatorBase):
    """Asks for the keys of a page first, and then for the rows with these keys.

    The database reads past all rows before the page: with the keys alone it does so in an index, without the joins,
    the long texts and the counts that the fifty rows on show need.
    """

    def page(self, number: Any) -> "Page[Any]":
        """One query more than Django's. Raises InvalidPage."""
        number = self.validate_number(number)
        rows: Any = self.object_list
        if not isinstance(rows, QuerySet) or rows.query.values_select:
            return super().page(number)
        first = (number - 1) * self.per_page
        last = min(first + self.per_page, self.count)
        keys = list(rows.values_list("pk", flat=True)[first:last])
        return Page(rows.filter(pk__in=keys), number, self)


def search(
    rows: QuerySet[Any], fields: Any, words: str, known: "dict[Any, list[Any]] | None" = None
) -> tuple[QuerySet[Any], bool] | None:
    """What Django's search finds; a field of another table is looked for there once, not by a join with each row.

    Fields are written as Django wants them (^begins with, =equals, else contains). None for a search that is not of
    this kind, which is left to Django; otherwise the rows, and whether some may be found twice. `known` holds the keys
    that were looked up, for whoever searches the same more than once.
    """
    lookups = [_lookup(str(field)) for field in fields]
    if not words or any(_steps(rows.model, lookup) > 1 for lookup in lookups):
        return None
    if any(lookup_spawns_duplicates(rows.model._meta, lookup) for lookup in lookups):
        return None
    for word in smart_split(words):
        if word[0] in "\"'" and word[0] == word[-1] and len(word) > 1:
            word = unescape_string_literal(word)
        any_of = Q()
        for lookup in lookups:
            any_of |= _condition(rows.model, lookup, word, {} if known is None else known)
        rows = rows.filter(any_of)
    return rows, False


def _lookup(field: str) -> str:
    if field.endswith("__exact"):
        # The only kind that an index answers on every database.
        return field
    kinds = {"^": "istartswith", "=": "iexact"}
    return f"{field[1:]}__{kinds[field[0]]}" if field[0] in kinds else f"{field}__icontains"


def _steps(model: type[Model], lookup: str) -> int:
    """How many other tables a lookup goes through; many where it is not understood here."""
    steps = 0
    for part in lookup.split("__")[:-1]:
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return 9
        if field.is_relation:
            if not isinstance(field, ForeignKey):
                return 9
            steps, model = steps + 1, field.related_model
    return steps


def _condition(model: type[Model], lookup: str, word: str, known: dict[Any, list[Any]]) -> Q:
    first, _dots, rest = lookup.partition("__")
    field = model._meta.get_field(first)
    if isinstance(field, ForeignKey):
        there: Any = field.related_model
        found = there._default_manager.filter(**{rest: word}).order_by()
        # The keys themselves while they are few: with them MariaDB uses the indexes of both sides of an "or", and with
        # a query in their place it reads every row.
        question = (there, rest, word)
        if question not in known:
            known[question] = list(found.values_list("pk", flat=True)[: MOST_KEYS + 1])
        keys = known[question]
        return Q(**{f"{first}__in": keys if len(keys) <= MOST_KEYS else found.values("pk")})
    return Q(**{lookup: word})
