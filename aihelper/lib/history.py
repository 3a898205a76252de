"""What administrators changed, with one click back: who, when, what it was and what it became.

`HistoryAdmin` writes it where the admin itself logs, so a change and its history are one transaction, and shows it in
the place of Django's own history page. Going back fills in the same form with the old values: whatever the form refuses
is refused then, too. The table is accounts.SettingChange, found by its name: this module knows no app.
"""

import re
from typing import Any, TypeVar, cast

from django import forms
from django.apps import apps
from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import transaction
from django.db.models import Field, Manager, ManyToManyField, Model
from django.forms.models import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from aihelper.lib.admin import ModelAdmin

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

    def save_model(self, request: HttpRequest, obj: Row, form: Any, change: bool) -> None:
        """Look at what is stored before it is changed."""
        stored = self.get_object(request, str(obj.pk)) if change else None
        self._before(obj, self._values(request, stored) if stored else None)
        super().save_model(request, obj, form, change)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Keep what was added."""
        self._keep(request, obj, "added", None, self._values(request, obj))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Keep what was changed, if anything was."""
        old, new = getattr(obj, "_before", None), self._values(request, obj)
        if old != new:
            self._keep(request, obj, "changed", old, new)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep what is about to go."""
        for obj in queryset:
            self._keep(request, obj, "deleted", self._values(request, obj), None)
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
            "changes": [(change, self._differences(change)) for change in changes.order_by("-pk")[:MOST]],
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
        form_class = self.get_form(request, obj, change=obj is not None)
        instance = obj or self.model()
        form = form_class(data=_as_posted(form_class(instance=instance), change.old, self.model), instance=instance)
        if not form.is_valid():
            problems = " ".join(f"{form[name].label if name in form.fields else ''}: {' '.join(map(str, errors))}"
                                for name, errors in form.errors.items())  # fmt: skip
            self.message_user(request, _("This cannot be restored: %(why)s") % {"why": problems}, messages.ERROR)
            return HttpResponseRedirect(request.path)
        with transaction.atomic():
            row = self.save_form(request, form, change=obj is not None)
            for name in self.history_extra:
                setattr(row, name, change.old.get(name, getattr(row, name)))
            self.save_model(request, row, form, change=obj is not None)
            form.save_m2m()
            self._keep(request, row, "restored", getattr(row, "_before", None), self._values(request, row))
        self.message_user(request, _("The earlier state was restored."), messages.SUCCESS)
        return HttpResponseRedirect(request.path if obj else request.path.replace(change.object_id, str(row.pk), 1))

    def _before(self, obj: Any, values: Values | None) -> None:
        obj._before = values

    def _values(self, request: HttpRequest, obj: Row) -> Values:
        """What the form shows of a row and can change, as JSON takes it."""
        readonly = set(self.get_readonly_fields(request, obj))
        shown = [name for name in flatten_fieldsets(self.get_fieldsets(request, obj)) if name not in readonly]
        names = [name for name in (*shown, *self.history_extra) if name not in self.history_hidden]
        values = model_to_dict(obj, [name for name in names if self._field(name)])
        values |= {name: getattr(obj, name) for name in self.history_extra}
        return {name: _plain(value) for name, value in values.items()}

    def _field(self, name: str) -> "Field[Any, Any] | None":
        try:
            return cast("Field[Any, Any]", self.opts.get_field(name))
        except FieldDoesNotExist:
            return None

    def _keep(self, request: HttpRequest, obj: Any, action: str, old: Values | None, new: Values | None) -> None:
        _changes().create(
            model=self.opts.label_lower,
            object_id=str(obj.pk),
            object_name=str(obj)[:200],
            action=action,
            actor=request.user,
            actor_name=request.user.get_username(),
            old=old,
            new=new,
        )

    def _differences(self, change: Any) -> list[tuple[str, str, str]]:
        """The name, old and new value of each field that differs."""
        old, new = change.old or {}, change.new or {}
        names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
        return [(self._title(name), _shown(old.get(name)), _shown(new.get(name))) for name in names]

    def _title(self, name: str) -> str:
        field = self._field(name)
        return str(field.verbose_name) if field else name


def _changes() -> "Manager[Any]":
    return apps.get_model("accounts", "SettingChange")._default_manager


def _plain(value: Any) -> Any:
    """A value as JSON knows it: rows by their keys, in order."""
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


def _shown(value: Any) -> str:
    """A value for people, not too long."""
    if value is None or value == "" or value == []:
        return "—"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= MAX_SHOWN_CHARS else text[:MAX_SHOWN_CHARS] + "…"
