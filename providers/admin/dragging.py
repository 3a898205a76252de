"""Lists whose rows are put in order by dragging them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext


class DraggedMixin:
    """Part of a HistoryAdmin. The theme numbers the rows of the page in a hidden field when one was dragged.

    Those numbers are not stored: they begin anew on each page and know nothing of rows that a filter hides. They say
    which row shall stand before which, and `arrange` puts exactly these rows in that order.

    The field has to be the last of `list_display` and one of `list_editable`: the theme would add it by itself, but
    only while it draws, and Django's checks would call that a mistake.
    """

    ordering_field: str
    hide_ordering_field = True

    def arrange(self, wished: list[int]) -> int:
        """Put the rows with these ids in this order, among the places that they have; how many have moved."""
        raise NotImplementedError

    def changelist_view(self: Any, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; what was dragged takes effect when it is saved."""
        is_saved = request.method == "POST" and "_save" in request.POST and self.has_change_permission(request)
        wished = self._take_numbers(request) if is_saved else []
        response: HttpResponse = super().changelist_view(request, extra_context)  # type: ignore[misc] # of ModelAdmin
        if wished and response.status_code == 302:
            with self.keeping(request, wished):
                moved = self.arrange(wished)
            if moved:
                self.message_user(request, gettext("The order was saved."), messages.SUCCESS)
        return response

    def _take_numbers(self: Any, request: HttpRequest) -> list[int]:
        """The ids of the page's rows in the order of their numbers; the form gets those that are stored instead."""
        data = request.POST.copy()
        names = [name for name in data if name.startswith("form-") and name.endswith(f"-{self.ordering_field}")]
        rows = [(str(data[name]), str(data.get(name.replace(self.ordering_field, "id"), "")), name) for name in names]
        numbered = [(int(number), int(pk), name) for number, pk, name in rows if _is_number(number) and _is_number(pk)]
        stored = dict(
            self.model.objects.filter(pk__in=[pk for _n, pk, _name in numbered]).values_list("pk", self.ordering_field)
        )
        for _number, pk, name in numbered:
            if pk in stored:
                data[name] = str(stored[pk])
        request.POST = data  # type: ignore[assignment] # Django's own middlewares do the same
        return [pk for _number, pk, _name in sorted(numbered, key=lambda row: row[0]) if pk in stored]


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and text.isascii() and len(text) < 19
