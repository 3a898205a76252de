"""Where people are signed in."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext

from accounts import services, sign_ins
from accounts.admin.managed import Managed, is_managing
from accounts.admin.rights import acting, may_touch
from accounts.devices import device_of
from accounts.models import SignIn, User
from aihelper.lib import confirm
from aihelper.lib.admin import ReadOnlyAdmin

KINDS = {sign_ins.BROWSER: _("browser"), sign_ins.PROGRAM: _("program")}


class KindFilter(admin.SimpleListFilter):
    """Browsers or programs."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The two."""
        return [*KINDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SignIn]) -> QuerySet[SignIn]:
        """Those of that kind."""
        return queryset.filter(kind=self.value()) if self.value() in KINDS else queryset


@admin.register(SignIn)
class SignInAdmin(Managed, ReadOnlyAdmin[SignIn]):
    """Who is signed in with what: to look at, and to end. What would admit anybody is not here."""

    purpose = _("Where people are signed in. Tick some to sign them out there, such as on a lost phone.")
    managers_may = frozenset({"view"})

    list_display = ("user", "how", "device", "address", "create_time", "last_seen")
    list_filter = (KindFilter, "last_seen")
    list_select_related = ("user",)
    search_fields = ("^user__username", "=address")
    search_help_text = _("Beginning of a username, or IP address")
    ordering = ("-last_seen", "-pk")
    fields = ("user", "how", "device", "names_itself", "address", "create_time", "last_seen")
    readonly_fields = fields
    actions = ("end_sign_ins",)

    @admin.display(description=_("kind"), ordering="kind")
    def how(self, sign_in: SignIn) -> str:
        """Whether it is a browser or a program."""
        return str(KINDS.get(sign_in.kind, sign_in.kind))

    @admin.display(description=_("what it calls itself"))
    def names_itself(self, sign_in: SignIn) -> str:
        """The whole line that browsers and programs send."""
        return sign_in.user_agent or "-"

    @admin.display(description=_("device"))
    def device(self, sign_in: SignIn) -> str:
        """What the browser or program says it is, in short."""
        return device_of(sign_in.user_agent)

    @admin.action(description=_("End the selected sign-ins"), permissions=["end"])
    def end_sign_ins(self, request: HttpRequest, queryset: QuerySet[SignIn]) -> HttpResponse | None:
        """End their sessions and tokens, but nothing of a superuser's unless one asks."""
        people = User.objects.filter(sign_ins__in=queryset).distinct().order_by("username_key")
        question = _("What is open on these devices ends at once, for these people:")
        page = confirm.ask(self, request, people, question=question, does=_("End the sign-ins"), hurts=True)
        if page is not None:
            return page
        rows = [row for row in queryset.select_related("user") if may_touch(request, row.user)]
        for row in rows:
            self.log_change(request, row, gettext_noop("Ended."))
            services.end_sign_in(row, by=acting(request))
        done = ngettext("%(count)d sign-in was ended.", "%(count)d sign-ins were ended.", len(rows))
        messages.success(request, done % {"count": len(rows)})
        return None

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Who may change people may sign them out, and a manager his own."""
        return request.user.has_perm("accounts.change_user") or is_managing(request)
