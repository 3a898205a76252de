"""A page that asks before an action of a list does something that hurts."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse

MAX_NAMED = 20
CONFIRMED = "confirmed"


def ask(
    page: "ModelAdmin[Any]",
    request: HttpRequest,
    queryset: QuerySet[Any],
    *,
    question: Any,
    does: Any,
    hurts: bool = False,
) -> TemplateResponse | None:
    """The page that asks, or None once it was answered. `does` is on the button, `question` says what will be.

    `hurts`: the button's colour warns.

    The answer comes back as the same action with the same rows.
    """
    if CONFIRMED in request.POST:
        return None
    count = queryset.count()
    context = {
        **page.admin_site.each_context(request),
        "title": does,
        "opts": page.opts,
        "question": question,
        "does": does,
        "hurts": hurts,
        "count": count,
        "named": queryset[:MAX_NAMED],
        "more": max(count - MAX_NAMED, 0),
        "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "checkbox": ACTION_CHECKBOX_NAME,
        "action": request.POST.get("action", ""),
        "across": request.POST.get("select_across", "0"),
    }
    return TemplateResponse(request, "admin/aihelper/confirm.html", context)
