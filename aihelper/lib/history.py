"""What administrators changed, with one click back: who, when, what it was and what it became.

`HistoryAdmin` writes it where the admin itself logs, so a change and its history are one transaction, and shows it in
the place of Django's own history page. What an action of a list changes is kept by `keeping`. Going back fills in the
same form with the old values: whatever the form refuses is refused then, too. The table is accounts.SettingChange,
found by its name: this module knows no app.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from django import forms
from django.apps import apps
from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import FieldDoesNotExist, PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Field, Manager, ManyToManyField, Model, QuerySet
from django.forms.models import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from aihelper.lib.admin import ModelAdmin
from aihelper.lib.amounts import plain

Row = TypeVar("Row", bound=Model)
Values = dict[str, Any]

# How many changes the page shows.
MOST = 100
MAX_SHOWN_CHARS = 500


class HistoryAdmin(ModelAdmin[Row]):
    """An admin whose changes are kept. `history_extra`: fields that the form sets by itself, such as a file's name.

    `history_hidden`: fields that are never kept, such as keys.
    """

    history_extra: tuple[str, ...] = ()
    history_hidden: tuple[str, ...] = ()
    # Names of values that are no fields of the row (`history_values`).
    history_titles: ClassVar[dict[str, Any]] = {}

    def save_model(self, request: HttpRequest, obj: Row, form: Any, change: bool) -> None:
        """Look at what is stored before it is changed."""
        self.remember(request, obj, change)
        super().save_model(request, obj, form, change)

    def remember(self, request: HttpRequest, obj: Any, change: bool) -> None:
        """Note what is stored of a row that is about to be changed. For admins that save in another way."""
        stored = self.get_object(request, str(obj.pk)) if change else None
        obj._before = self.history_values(request, stored) if stored else None

    @contextmanager
    def keeping(self, request: HttpRequest, pks: Iterable[Any]) -> Iterator[None]:
        """Keep what is done to these rows while inside, which is one transaction: by an action, by dragging."""
        chosen = list(pks)
        with transaction.atomic():
            before = {row.pk: self.history_values(request, row) for row in self._rows(request, chosen)}
            yield
            rows = [(row, self.history_values(request, row)) for row in self._rows(request, chosen)]
            kept = [
                self._change(request, row, "changed", before[row.pk], new)
                for row, new in rows
                if row.pk in before and before[row.pk] != new
            ]
            _changes().bulk_create(kept, batch_size=200)

    def history_rows(self, rows: "QuerySet[Row]") -> "QuerySet[Row]":
        """The rows with all at hand that `history_values` looks at, where many are read."""
        return rows

    def _rows(self, request: HttpRequest, pks: list[Any]) -> "QuerySet[Row]":
        return self.history_rows(self.get_queryset(request).filter(pk__in=pks))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Keep what was added."""
        self._keep(request, obj, "added", None, self.history_values(request, obj))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Keep what was changed, if anything was."""
        # Not what a button did that changed none of it, such as a test of the connection.
        if (old := getattr(obj, "_before", None)) is not None:
            new = self.history_values(request, obj)
            if old != new:
                self._keep(request, obj, "changed", old, new)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep what is about to go."""
        for obj in queryset:
            self._keep(request, obj, "deleted", self.history_values(request, obj), None)
        return super().log_deletions(request, queryset)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The changes of a row, newest first; POST with `change` goes back to what was before that one."""
        pk = unquote(object_id)
        obj = self.get_object(request, pk)
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        changes = _changes().filter(model=self.opts.label_lower, object_id=pk)
        if obj is None and not changes.exists():
            raise Http404
        if request.method == "POST":
            number = request.POST.get("change", "")
            wanted = int(number) if re.fullmatch(r"[0-9]{1,18}", number) else 0
            return self._go_back(request, obj, changes.filter(pk=wanted).first())
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"),
            "subtitle": str(obj) if obj else None,
            "opts": self.opts,
            "original": obj,
            "changes": self._told(list(changes.order_by("-pk")[:MOST])),
            "may_go_back": self.has_change_permission(request, obj) if obj else self.has_add_permission(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/history.html", context)

    def _go_back(self, request: HttpRequest, obj: Any, change: Any) -> HttpResponse:
        allowed = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if not allowed:
            raise PermissionDenied
        if change is None or change.old is None:
            raise Http404
        try:
            with transaction.atomic():
                row = self.go_back_to(request, obj, change.old)
                self._keep(request, row, "restored", getattr(row, "_before", None), self.history_values(request, row))
        except ValidationError as error:
            why = " ".join(error.messages)
            self.message_user(request, _("This cannot be restored: %(why)s") % {"why": why}, messages.ERROR)
            return HttpResponseRedirect(request.path)
        self.message_user(request, _("The earlier state was restored."), messages.SUCCESS)
        return HttpResponseRedirect(request.path if obj else request.path.replace(change.object_id, str(row.pk), 1))

    def go_back_to(self, request: HttpRequest, obj: Any, old: Values) -> Any:
        """Make a row what it was, or again (None) what was deleted. Raises ValidationError with what the form says."""
        form_class = self.get_form(request, obj, change=obj is not None)
        instance = obj or self.model()
        form = form_class(data=_as_posted(form_class(instance=instance), old, self.model), instance=instance)
        if not form.is_valid():
            raise ValidationError(
                [
                    f"{form[name].label if name in form.fields else ''}: {' '.join(map(str, errors))}"
                    for name, errors in form.errors.items()
                ]
            )
        row = self.save_form(request, form, change=obj is not None)
        for name in self.history_extra:
            setattr(row, name, old.get(name, getattr(row, name)))
        self.save_old(request, row, form, old, change=obj is not None)
        return row

    def save_old(self, request: HttpRequest, row: Any, form: Any, old: Values, change: bool) -> None:
        """Store a row whose valid form holds old values. Raises ValidationError."""
        self.save_model(request, row, form, change=change)
        form.save_m2m()

    def history_values(self, request: HttpRequest, obj: Row) -> Values:
        """What the form shows of a row and can change, as JSON takes it."""
        readonly = set(self.get_readonly_fields(request, obj))
        shown = [name for name in flatten_fieldsets(self.get_fieldsets(request, obj)) if name not in readonly]
        names = [name for name in (*shown, *self.history_extra) if name not in self.history_hidden]
        values = model_to_dict(obj, [name for name in names if self._field(name)])
        values |= {name: getattr(obj, name) for name in self.history_extra}
        return {name: _plain(value) for name, value in values.items()}

    def _field(self, name: str) -> "Field[Any, Any] | None":
        try:
            field = self.opts.get_field(name)
        except FieldDoesNotExist:
            return None
        # Not the way back from another table.
        return field if isinstance(field, Field) else None

    def keep_beside(
        self, request: HttpRequest, name: str, title: str, action: str, old: Values | None, new: Values | None
    ) -> None:
        """Keep what was done to many rows as one: `name` stands for the key of a row."""
        _changes().create(
            model=self.opts.label_lower,
            object_id=name,
            object_name=title[:200],
            action=action,
            actor=request.user,
            actor_name=request.user.get_username(),
            old=old,
            new=new,
        )

    def _keep(self, request: HttpRequest, obj: Any, action: str, old: Values | None, new: Values | None) -> None:
        self._change(request, obj, action, old, new).save()

    def _change(self, request: HttpRequest, obj: Any, action: str, old: Values | None, new: Values | None) -> Any:
        return _changes().model(
            model=self.opts.label_lower,
            object_id=str(obj.pk),
            object_name=str(obj)[:200],
            action=action,
            actor=request.user,
            actor_name=request.user.get_username(),
            old=old,
            new=new,
        )

    def _told(self, changes: list[Any]) -> list[tuple[Any, list[tuple[str, str, str]]]]:
        """Each change with the name, old and new value of what differs. A query for each kind of row that is named."""
        values = [side or {} for change in changes for side in (change.old, change.new)]
        names = {name for side in values for name in side}
        rows = {name: _names(self._field(name), [side[name] for side in values if name in side]) for name in names}
        told = []
        for change in changes:
            old, new = change.old or {}, change.new or {}
            differ = [name for name in {**old, **new} if old.get(name) != new.get(name)]
            told.append((change, [self._line(name, old.get(name), new.get(name), rows[name]) for name in differ]))
        return told

    def _line(self, name: str, old: Any, new: Any, rows: dict[Any, str]) -> tuple[str, str, str]:
        return self._title(name), _shown(old, rows), _shown(new, rows)

    def _title(self, name: str) -> str:
        if name in self.history_titles:
            return str(self.history_titles[name])
        field = self._field(name)
        return str(field.verbose_name) if field else name


def of(model: type[Model], name: str | None = None) -> "QuerySet[Any]":
    """The changes of a model's rows, or of the one with this key or name."""
    rows = _changes().filter(model=model._meta.label_lower)
    return rows if name is None else rows.filter(object_id=name)


def _changes() -> "Manager[Any]":
    return apps.get_model("accounts", "SettingChange")._default_manager


def _plain(value: Any) -> Any:
    """A value as JSON knows it: rows by their keys, in order; numbers as they would be written."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, list) and value and isinstance(value[0], Model):
        return sorted(row.pk for row in value)
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)


def _as_posted(form: forms.BaseForm, values: Values, model: type[Model]) -> QueryDict:
    """The values as the form's page would send them."""
    data = QueryDict(mutable=True)
    for name, field in form.fields.items():
        value = values.get(name)
        if name not in values or value is None or value is False:
            continue
        stored = model._meta.get_field(name)
        if isinstance(field.widget, forms.MultiWidget):
            parts = field.widget.decompress(stored.to_python(value))  # type: ignore[union-attr]
            for number, part in enumerate(parts or ()):
                data[f"{name}_{number}"] = "" if part is None else str(part)
        elif isinstance(stored, ManyToManyField):
            data.setlist(name, [str(pk) for pk in value])
        else:
            data[name] = "on" if value is True else str(field.prepare_value(value))
    return data


def _names(field: Any, values: list[Any]) -> dict[Any, str]:
    """What values of a field are called, where they stand for rows or are chosen from a list."""
    if field is not None and getattr(field, "choices", None):
        return {key: str(title) for key, title in field.flatchoices}
    model = field.related_model if field is not None and field.is_relation else None
    if model is None:
        return {}
    keys = {key for value in values for key in (value if isinstance(value, list) else [value]) if key is not None}
    return {row.pk: str(row) for row in model._default_manager.filter(pk__in=keys)}


def _shown(value: Any, names: dict[Any, str]) -> str:
    """A value for people, not too long."""
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    many = value if isinstance(value, list) else [value]
    text = ", ".join(names.get(one, str(one)) if names else str(one) for one in many)
    return text if len(text) <= MAX_SHOWN_CHARS else text[:MAX_SHOWN_CHARS] + "…"
