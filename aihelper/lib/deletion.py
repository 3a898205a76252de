"""What goes along when rows are deleted in the administration: counted, not collected.

Django's own page reads every row that would go and names each of them, which for a person of some years takes a minute.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.admin.utils import quote
from django.db.models import CASCADE, DO_NOTHING, SET_DEFAULT, SET_NULL, IntegerField, Model, QuerySet, Subquery
from django.db.models.deletion import Collector, ProtectedError, RestrictedError, get_candidate_relations_to_delete
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

MOST_NAMED = 50
_PLAIN = {CASCADE, SET_NULL, SET_DEFAULT, DO_NOTHING}
# Above this nobody asks for the exact number.
MOST_COUNTED = 1_000

# What ModelAdmin.get_deleted_objects returns: what is named, numbers by name, rights that are missing, what stands in
# the way.
Summary = tuple[list[Any], dict[Any, Any], set[Any], list[Any]]


class _CountOf(Subquery):
    """The number of rows that a query without reference to the outer one gives."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _counted)"
    output_field = IntegerField()


def summary(rows: "QuerySet[Any] | Sequence[Any]", request: HttpRequest, site: Any) -> Summary:
    """What Django's pages of deletion show, by one query for the numbers and one for each rule that may refuse."""
    roots = list(rows)
    if not roots:
        return [], {}, set(), []
    model = roots[0]._meta.concrete_model
    # The keys themselves while they are few; a statement takes so many parameters only.
    many = isinstance(rows, QuerySet) and len(roots) > MOST_NAMED
    keys: Any = rows.order_by().values("pk") if many else [row.pk for row in roots]  # type: ignore[union-attr]
    counted = {model: len(roots)} | _counts(model, roots[0].pk, keys)
    admin_of = {one: site.get_model_admin(one) for one in counted if site.is_registered(one)}
    lacking = {one._meta.verbose_name for one, page in admin_of.items() if not page.has_delete_permission(request)}
    if model in admin_of and not all(admin_of[model].has_delete_permission(request, row) for row in roots):
        lacking.add(model._meta.verbose_name)
    called = getattr(site, "called", {})
    names = {one: called.get(one._meta.label_lower, one._meta.verbose_name_plural) for one in counted}
    numbers = {names[one]: _number(count) for one, count in counted.items() if _has_a_name(one)}
    return _named(roots, site), numbers, lacking, [_link(row, site) for row in _in_the_way(model, keys)]


def goes_along(model: type[Model]) -> Iterator[tuple[type[Model], str]]:
    """Each table whose rows go with rows of this one, and the lookup that leads from there to here: the shortest."""
    seen, queue = {model}, [(model, "")]
    for parent, path in queue:
        for relation in get_candidate_relations_to_delete(parent._meta):
            child: Any = relation.related_model
            if relation.on_delete is not CASCADE or child._meta.auto_created or child in seen:  # type: ignore[attr-defined]
                continue
            seen.add(child)
            lookup = _lookup(relation, path)
            queue.append((child, lookup))
            yield child, lookup


def _in_the_way(model: type[Model], keys: Any) -> list[Any]:
    """The rows for which the deletion would be refused: what other rules than Django's plain ones say, asked now."""
    found: list[Any] = []
    for parent, path in ((model, ""), *goes_along(model)):
        for relation in get_candidate_relations_to_delete(parent._meta):
            child: Any = relation.related_model
            field: Any = relation.field  # type: ignore[attr-defined]
            rule: Any = relation.on_delete  # type: ignore[attr-defined]
            if rule in _PLAIN:
                continue
            # With what they refer to: a row is mostly called after it.
            rows: QuerySet[Any] = QuerySet(child).select_related().filter(**{f"{_lookup(relation, path)}__in": keys})
            if not rows.exists():
                continue
            try:
                rule(Collector(using=rows.db), field, rows, rows.db)
            except (ProtectedError, RestrictedError) as error:
                found += [*getattr(error, "protected_objects", ()), *getattr(error, "restricted_objects", ())]
    return found[:MOST_NAMED]


def _lookup(relation: Any, path: str) -> str:
    return f"{relation.field.name}__{path}" if path else str(relation.field.name)


def _counts(model: type[Model], one: Any, keys: Any) -> dict[type[Model], int]:
    """How many rows of each table go along, those of which there are any; all in one query."""
    found = {child: lookup for child, lookup in goes_along(model) if _has_a_name(child)}
    if not found:
        return {}
    each = {
        _alias(child): _CountOf(
            QuerySet(child).filter(**{f"{lookup}__in": keys}).order_by().values("pk")[: MOST_COUNTED + 1]
        )
        for child, lookup in found.items()
    }
    row = QuerySet(model).filter(pk=one).order_by().values_list("pk").annotate(**each)
    numbers = dict(zip(found, row.get()[1:], strict=True))
    return {child: count for child, count in numbers.items() if count}


def _has_a_name(model: type[Model]) -> bool:
    """Whether people know the table; what is a part of the program's own work has only the class's name."""
    return isinstance(model._meta.verbose_name, Promise)


def _alias(child: type[Model]) -> str:
    return f"rows_of_{child._meta.db_table}"


def _number(count: int) -> str:
    return _("more than %(count)s") % {"count": f"{MOST_COUNTED:,}"} if count > MOST_COUNTED else f"{count:,}"


def _named(roots: list[Any], site: Any) -> list[Any]:
    named: list[Any] = [_link(row, site) for row in roots[:MOST_NAMED]]
    if len(roots) > MOST_NAMED:
        named.append(_("and %(n)s more") % {"n": f"{len(roots) - MOST_NAMED:,}"})
    return named


def _link(row: Any, site: Any) -> Any:
    title = capfirst(row._meta.verbose_name)
    try:
        name = f"{site.name}:{row._meta.app_label}_{row._meta.model_name}_change"
        return format_html('{}: <a href="{}">{}</a>', title, reverse(name, args=[quote(row.pk)]), row)
    except NoReverseMatch:
        return f"{title}: {row}"
