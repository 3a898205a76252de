"""What every page of the administration has in common: the theme (django-unfold), and lists that stay quick."""

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin
from django.db.models import DecimalField, Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse

from aihelper.lib import deletion, large_tables, numbers
from aihelper.lib.amounts import plain

Row = TypeVar("Row", bound=Model)
Parent = TypeVar("Parent", bound=Model)
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

if TYPE_CHECKING:
    # Unfold has no types; it changes what is drawn, not what is there.
    _ModelAdmin = admin.ModelAdmin
    _TabularInline = admin.TabularInline
    _StackedInline = admin.StackedInline
else:
    from unfold.admin import ModelAdmin as UnfoldModelAdmin
    from unfold.admin import StackedInline as UnfoldStackedInline
    from unfold.admin import TabularInline as UnfoldTabularInline

    class _Subscribed:
        """Lets `ModelAdmin[Row]` stand in a class statement; Django's own classes take no types."""

        def __class_getitem__(cls, _types: Any) -> type:
            return cls

    class _ModelAdmin(_Subscribed, UnfoldModelAdmin):
        pass

    class _TabularInline(_Subscribed, UnfoldTabularInline):
        pass

    class _StackedInline(_Subscribed, UnfoldStackedInline):
        pass


def _in_a_field(amount: Any) -> Any:
    """An amount without idle zeros; what somebody has typed stays as it is."""
    return plain(amount) if isinstance(amount, Decimal) else amount


class _PlainNumbers:
    """A form shows amounts as people write them; the column has room for more places than most have."""

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **options: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]
        if field is not None and isinstance(db_field, DecimalField):
            field.prepare_value = _in_a_field
        return field


def called(row: Any) -> str:
    """What the way above a page calls a row: whose and of when, where its own name is an id that says nothing."""
    if row is None or not ID.fullmatch(str(row)) or not hasattr(row, "create_time"):
        return str(row or "")
    return " · ".join(str(part) for part in (getattr(row, "user", None), numbers.moment(row.create_time)) if part)


def _without(fields: Any, names: set[Any]) -> list[Any]:
    """The fields of a section, some of which may share a line, without those with these names."""
    lines = (_without(line, names) if isinstance(line, list | tuple) else line for line in fields)
    return [line for line in lines if line and (isinstance(line, list) or line not in names)]


def _named(formset: Any) -> Any:
    """Forms whose fields stand in a table: each field is called like its column, since there is no label beside it."""
    for field in formset.form.base_fields.values():
        if field.label:
            field.widget.attrs.setdefault("aria-label", field.label)
    return formset


class ModelAdmin(_PlainNumbers, _ModelAdmin[Row]):
    """A list and a form. `purpose`: what the list is for, in a sentence or two above it."""

    purpose: Any = ""
    list_per_page = 50
    paginator = large_tables.KeyPaginator
    # Counting a large table twice per page helps nobody.
    show_full_result_count = False
    list_filter_submit = True
    warn_unsaved_form = True

    def get_fieldsets(self, request: HttpRequest, obj: Row | None = None) -> Any:
        """Where a row is added, without what only a stored one has, such as its dates."""
        sections = super().get_fieldsets(request, obj)
        if obj is not None:
            return sections
        unknown = {*self.get_readonly_fields(request, obj)}
        left = [(title, options, _without(options["fields"], unknown)) for title, options in sections]
        return [(title, {**options, "fields": fields}) for title, options, fields in left if fields]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what the list shows or filters by: any other column could be guessed letter by letter from outside.

        Django forbids that for other tables only, and would answer `?title__startswith=a`.
        """
        first = lookup.partition("__")[0]
        filters = (each[0] if isinstance(each, tuple) else each for each in self.get_list_filter(request))  # type: ignore[arg-type]
        # Of a filter of our own, what it is called in the address.
        names = (each if isinstance(each, str) else getattr(each, "parameter_name", "") or "" for each in filters)
        named = {name.partition("__")[0] for name in names} | {"pk", self.opts.pk.name}
        fields = {field.name for field in self.opts.get_fields()} - named - {*self.list_display}
        return first not in fields and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def get_changelist_formset(self, request: HttpRequest, **options: Any) -> Any:
        """With names for those who listen."""
        return _named(super().get_changelist_formset(request, **options))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Row], search_term: str
    ) -> tuple[QuerySet[Row], bool]:
        """As Django's, without joins (aihelper.lib.large_tables)."""
        # Each filter that counts searches again.
        known = request.__dict__.setdefault("looked_up", {})
        found = large_tables.search(queryset, self.get_search_fields(request), search_term, known)
        return found or super().get_search_results(request, queryset, search_term)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What would go, counted (aihelper.lib.deletion)."""
        return deletion.summary(objs, request, self.admin_site)


class TabularInline(_PlainNumbers, _TabularInline[Row, Parent]):
    """Rows of another table inside a form. Their columns say what they are, so they have no titles."""

    extra = 0
    hide_title = True

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        """With names for those who listen."""
        return _named(super().get_formset(request, obj, **options))


class StackedInline(_PlainNumbers, _StackedInline[Row, Parent]):
    """One row of another table, or few, with much in each."""

    extra = 0


class ReadOnlyAdmin(ModelAdmin[Row]):
    """Rows that the program writes: to look at, not to touch."""

    actions: Any = None

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Without the way to a history: nobody changes anything by hand."""
        more = {"show_history": False, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, more)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Called so that one knows it."""
        context["called"] = called(context.get("original"))
        return super().render_change_form(request, context, *args, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds any by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        """Nobody changes any by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        """Not on its own pages; but where a person is deleted, what was theirs goes along."""
        match = request.resolver_match
        own = match is not None and match.view_name.startswith(f"admin:{self.opts.app_label}_{self.opts.model_name}_")
        return not own and super().has_delete_permission(request, obj)
