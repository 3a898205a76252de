"""All pages of the administration, found by walking the admin site: what is registered is a page to look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse

from aihelper.dashboard import ranges
from aihelper.tests.administration.rows import LAST_DAY

# The names of the routes that every model has.
USUAL = {"changelist", "add", "history", "delete", "change"}
# Parts of another page (a redirect from before Django 1.9), or not a page.
LEFT = {"jsi18n", "view_on_site", "logout"}


@dataclass(frozen=True)
class Page:
    """What it is called in tables, and its address."""

    name: str
    path: str


def pages(user: Any) -> list[Page]:
    """Every page that this administrator gets to by GET, with the rows that there are."""
    found = [*_of_the_site()]
    for model, page in sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label_lower):
        found += _of_a_list(model, page, user)
        found += _of_a_row(model, page, user)
        found += _of_its_own(model, page, user)
    return found


def _of_the_site() -> Iterator[Page]:
    for entry in admin.site.get_urls():
        name = getattr(entry, "name", None)
        if name and name not in LEFT:
            try:
                yield Page(name, reverse(f"admin:{name}"))
            except NoReverseMatch:
                continue
    for days in sorted({*(days for _title, days in ranges.PRESETS.values()), ranges.MOST_DAYS}):
        # Days of which the rows tell (rows.FIRST_DAY), whatever day it is.
        first = LAST_DAY - timedelta(days=days - 1)
        yield Page(f"index over {days} days", f"{reverse('admin:index')}?from={first}&to={LAST_DAY}")
    yield Page("search: role", reverse("admin:search") + "?s=role")
    for label in sorted({model._meta.app_label for model in admin.site._registry}):
        yield Page(f"app {label}", reverse("admin:app_list", args=[label]))


def _of_a_list(model: type[Model], page: Any, user: Any) -> Iterator[Page]:
    label, address = model._meta.label_lower, _address(model, "changelist")
    yield Page(f"{label}", address)
    changes: ChangeList = page.get_changelist_instance(_request(address, user))
    if changes.paginator.num_pages > 1:
        yield Page(f"{label} last page", f"{address}?p={changes.paginator.num_pages}")
    if page.search_fields:
        yield Page(f"{label} search", f"{address}?q=person00007")
    for spec in changes.filter_specs:
        choices = [choice for choice in spec.choices(changes) if isinstance(choice.get("query_string"), str)]
        for choice in choices[1:2]:
            yield Page(f"{label} by {spec.title}", address + str(choice["query_string"]))
    if page.search_fields and (field := _referring(model)):
        names = (field.model._meta.app_label, field.model._meta.model_name, field.name)
        words = "?term=person00007&app_label={}&model_name={}&field_name={}".format(*names)
        yield Page(f"{label} autocomplete", reverse("admin:autocomplete") + words)


def _referring(model: type[Model]) -> Any:
    """A field of a registered admin by which this model is looked up while one types."""
    for page in admin.site._registry.values():
        for name in page.autocomplete_fields:
            field = page.opts.get_field(name)
            if field.related_model is model:
                return field
    return None


def _of_a_row(model: type[Model], page: Any, user: Any) -> Iterator[Page]:
    label = model._meta.label_lower
    yield Page(f"{label} add", _address(model, "add"))
    for which, pk in some_rows(page, user):
        for name in ("change", "delete", "history") if not which else ("change", "delete"):
            yield Page(f"{label} {name}{which}", _address(model, name, pk))


def some_rows(page: Any, user: Any) -> Iterator[tuple[str, Any]]:
    """The key of the first row, to which most belongs, and of one in the middle."""
    rows = page.get_queryset(_request("/", user)).order_by("pk").values_list("pk", flat=True)
    count = rows.count()
    if count:
        yield "", rows[0]
    if count > 3:
        yield " (another)", rows[count // 2]


def _request(path: str, user: Any) -> Any:
    request: Any = RequestFactory().get(path)
    request.user, request.resolver_match = user, None
    return request


def _of_its_own(model: type[Model], page: Any, user: Any) -> Iterator[Page]:
    label, prefix = model._meta.label_lower, f"{model._meta.app_label}_{model._meta.model_name}_"
    for entry in page.get_urls():
        name = getattr(entry, "name", None) or ""
        own = name.removeprefix(prefix)
        if not name or own in USUAL:
            continue
        rows = some_rows(page, user) if "<" in str(entry.pattern) else [("", None)]
        for which, pk in rows:
            yield Page(f"{label} {own}{which}", reverse(f"admin:{name}", args=[] if pk is None else [pk]))


def _address(model: type[Model], name: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def signed_in(user: Any, language: str = "en") -> Client:
    """A browser of this administrator's."""
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client
