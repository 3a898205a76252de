"""Reading somebody's chat: only where the policy of a group allows it, with a reason that the person sees."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import CharField, Form
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.managed import is_managing
from accounts.admin.rights import acting
from accounts.audit import log
from accounts.audit.models import What
from accounts.groups import policy
from aihelper.lib.admin import called
from chat.models import Message, Session
from chat.models.session import GIVEN_UP

RIGHT = "accounts.read_chats"


class ReasonForm(Form):
    """Why it has to be read."""

    reason = CharField(label=gettext_lazy("reason"), max_length=300, widget=UnfoldAdminTextInputWidget)


def may_read(request: HttpRequest) -> bool:
    """Whether who asks may read chats at all: by the right, or as the manager of a group, whose list is short."""
    return request.user.has_perm(RIGHT) or is_managing(request)


def view(page: "ModelAdmin[Session]", request: HttpRequest, object_id: str) -> HttpResponse:
    """Ask for the reason; once it is given, write it down and show the chat, this once.

    The policy binds everybody, superusers too. Raises PermissionDenied without the right, and Http404.
    """
    if not (may_read(request) and page.has_view_permission(request)):
        raise PermissionDenied
    session = page.get_object(request, unquote(object_id))
    if session is None or session.deleted_at == GIVEN_UP:
        raise Http404
    context = {
        **page.admin_site.each_context(request),
        "title": _("Read a chat"),
        "opts": page.opts,
        "session": session,
        "original": session,
        "called": called(session),
    }
    if not policy.of(session.user).may_be_read:
        messages.error(request, _("No group of this person allows that chats are read."))
        return TemplateResponse(request, "admin/chat/read_session.html", context, status=403)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return TemplateResponse(
            request, "admin/chat/read_session.html", {**context, "form": form}, status=400 if form.errors else 200
        )
    with transaction.atomic():
        reason = form.cleaned_data["reason"]
        log.note(What.CHAT_READ, person=session.user, by=acting(request), object=session.session_id, reason=reason)
    return TemplateResponse(request, "admin/chat/read_session.html", {**context, "said": _said(session)})


def _said(session: Session) -> list[Any]:
    """All messages on all branches, as they were written. One query."""
    rows = Message.objects.filter(session=session).order_by("pk")
    return list(rows.values("role", "model_id", "content", "create_time"))
