"""The one row of settings."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import AccountSettings
from aihelper.lib.admin import ModelAdmin


@admin.register(AccountSettings)
class AccountSettingsAdmin(ModelAdmin[AccountSettings]):
    """The one row of settings; the list goes straight to it."""

    radio_fields: ClassVar[dict[str, Any]] = {"registration_mode": admin.VERTICAL}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one row already, or its defaults."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AccountSettings | None = None) -> bool:
        """Settings are changed, not deleted."""
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> AccountSettings | None:
        """The stored row, or the defaults as long as there is none."""
        return AccountSettings.load() if object_id == "1" else None

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Go to the row."""
        return redirect(reverse("admin:accounts_accountsettings_change", args=["1"]))
