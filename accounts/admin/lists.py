"""The page that brings in people from a spreadsheet: a file, then what would become of each line, then what became.

Nothing is kept between the steps: what was previewed comes back with the answer, signed for who asked. So do the links,
which are told once, on their way to being saved as a file.
"""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.models import Group
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.forms import BooleanField, FileField, Form, ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.admin.managed import may_bring_in
from accounts.admin.rights import acting
from accounts.groups import scope
from accounts.lists import adding, reading, tables
from accounts.lists.adding import Link
from accounts.lists.plan import Entry, Wanted, Will, may_make_groups, plan
from accounts.lists.reading import Line
from accounts.models import User
from aihelper.lib.errors import AppError

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    Page = ModelAdmin[User]
else:
    Page = Any

# A proxy may wait no longer than a minute; a list without passwords is never stopped.
SECONDS = 20.0
# How many lines the report shows of those that are fine; of the refused ones all.
SHOWN = 50
HOUR = 3600
# As many links are shown, each to be copied; more are saved as a table.
COPIED = 5
TEMPLATE = "admin/accounts/import_people.html"


class ListForm(Form):
    """The file, and how it is to be taken."""

    file = FileField(
        label=gettext_lazy("file"), widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.txt,text/csv,text/plain"})
    )
    groups = ModelMultipleChoiceField(
        Group.objects.none(),
        label=gettext_lazy("all of them join"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("Beside the groups that their lines name."),
    )
    update_groups = BooleanField(
        label=gettext_lazy("update groups"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=gettext_lazy("Put people who are there already into the groups of their line. Nothing else changes."),
    )
    make_groups = BooleanField(
        label=gettext_lazy("make groups that are missing"), required=False, widget=UnfoldBooleanSwitchWidget
    )

    def __init__(self, by: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("Any", self.fields["groups"]).queryset = scope.groups_to_fill(by).order_by("name")
        if not may_make_groups(by):
            del self.fields["make_groups"]


def view(page: Page, request: HttpRequest) -> HttpResponse:
    """All steps. Raises PermissionDenied for who may not bring people in."""
    if not may_bring_in(request):
        raise PermissionDenied
    step = request.POST.get("step", "") if request.method == "POST" else ""
    if step == "add":
        return _added(page, request)
    if step == "links":
        return _saved(request)
    form = ListForm(acting(request), request.POST, request.FILES) if step else ListForm(acting(request))
    if step and form.is_valid():
        try:
            lines = reading.read(form.cleaned_data["file"].read())
        except AppError as error:
            form.add_error("file", str(error.detail))
        else:
            return _previewed(page, request, lines, form.cleaned_data)
    return _page(page, request, 400 if form.errors else 200, form=form, media=form.media)


def template(page: Page, request: HttpRequest) -> HttpResponse:
    """A list to fill in."""
    if not may_bring_in(request):
        raise PermissionDenied
    return _file(tables.template(), "people.csv")


def show_links(page: Page, request: HttpRequest, links: list[Link]) -> HttpResponse:
    """The page on which links are saved, this once."""
    return _page(page, request, title=_("Links to choose a password"), done=None, **_told(request, links))


def _previewed(page: Page, request: HttpRequest, lines: list[Line], how: dict[str, Any]) -> HttpResponse:
    wanted = Wanted(acting(request), list(how["groups"]), how["update_groups"], how.get("make_groups", False))
    kept = {
        "lines": [asdict(line) for line in lines],
        "groups": [group.pk for group in wanted.groups],
        "update_groups": wanted.update_groups,
        "make_groups": wanted.make_groups,
    }
    signed = signing.dumps(kept, salt=_salt(request, "list"), compress=True)
    return _page(page, request, report=_report(plan(lines, wanted)), list=signed)


def _added(page: Page, request: HttpRequest) -> HttpResponse:
    by, signed = acting(request), request.POST.get("list", "")
    try:
        kept = signing.loads(signed, salt=_salt(request, "list"), max_age=HOUR)
    except signing.BadSignature:
        page.message_user(request, _("This took too long. Please choose the file again."), messages.ERROR)
        form = ListForm(by)
        return _page(page, request, 400, form=form, media=form.media)
    lines = [Line(**{**values, "groups": tuple(values["groups"])}) for values in kept["lines"]]
    groups = list(scope.groups_to_fill(by).filter(pk__in=kept["groups"]))
    wanted = Wanted(by, groups, kept["update_groups"], kept["make_groups"])
    entries = plan(lines, wanted)
    done = adding.add(entries, wanted, seconds=SECONDS)
    refused = [entry for entry in entries if entry.will is Will.REFUSE]
    return _page(
        page,
        request,
        done=done,
        refused=refused,
        **_told(request, done.links),
        list=signed if done.left else "",
    )


def _saved(request: HttpRequest) -> HttpResponse:
    """The links as a file; they come from the page, because nothing knows them any more."""
    try:
        rows = signing.loads(request.POST.get("links", ""), salt=_salt(request, "links"), max_age=HOUR)
    except signing.BadSignature:
        raise PermissionDenied from None
    site = request.build_absolute_uri("/").rstrip("/")
    return _file(tables.of_links([Link(*row) for row in rows], site), "links.csv")


def _told(request: HttpRequest, links: list[Link]) -> dict[str, Any]:
    """The links for the page: to be saved, and a few of them to be copied at once."""
    few = links if len(links) <= COPIED else []
    return {
        "links": _links(request, links),
        "links_total": len(links),
        "shown": [(each.username, request.build_absolute_uri(each.path)) for each in few],
    }


def _links(request: HttpRequest, links: list[Link]) -> str:
    rows = [list(asdict(link).values()) for link in links]
    return signing.dumps(rows, salt=_salt(request, "links"), compress=True) if rows else ""


def _salt(request: HttpRequest, what: str) -> str:
    """One page's answers are nothing for another administrator's."""
    return f"people-{what}:{acting(request).pk}"


def _report(entries: list[Entry]) -> dict[str, Any]:
    by_will = {will.value: [entry for entry in entries if entry.will is will] for will in Will}
    return {
        "counts": {will: len(rows) for will, rows in by_will.items()},
        "refused": by_will[Will.REFUSE],
        "fine": [entry for entry in entries if entry.will is not Will.REFUSE][:SHOWN],
        "writes": bool(by_will[Will.ADD] or by_will[Will.JOIN]),
        "more": max(len(entries) - len(by_will[Will.REFUSE]) - SHOWN, 0),
    }


def _file(text: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


def _page(page: Page, request: HttpRequest, status: int = 200, **more: Any) -> TemplateResponse:
    context = {
        **page.admin_site.each_context(request),
        "title": _("Import people"),
        "opts": page.opts,
        "columns": reading.TEMPLATE,
        **more,
    }
    return TemplateResponse(request, TEMPLATE, context, status=status)
