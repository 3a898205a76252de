"""Allowing a private address: exactly one host and port, by an administrator who proves once more who it is."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget

from aihelper.lib.errors import AppError
from providers import addresses, reach
from providers.models import Provider
from providers.reach import Verdict

PASSWORD_FIELD = "password"


def password_field() -> forms.CharField:
    """The field for one's own password; it is drawn only where it is asked for, and never with a value."""
    return forms.CharField(
        label=_("Your own password"),
        required=False,
        max_length=4096,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
        help_text=_("Only for an address in a private network."),
    )


class PrivateAddressMixin:
    """Part of a form with the fields `base_url` and `password`. `private` is what `services.save_provider` takes."""

    request: HttpRequest
    cleaned_data: dict[str, Any]
    asks_password = False
    private: tuple[str, ...] | None = None

    def check_address(self: Any, base_url: str, stored: Provider | None) -> None:
        """Judge an address that was entered; where it is private, ask for the password and check it."""
        if stored is not None and stored.base_url == base_url:
            return
        found = reach.find(base_url, allowed=stored.private_host if stored else "")
        if found.verdict is Verdict.NEVER:
            self.add_error("base_url", reach.never())
        elif found.verdict is Verdict.PRIVATE:
            self.asks_password = True
            self._confirm(base_url, found.addresses)

    def _confirm(self: Any, base_url: str, found: tuple[str, ...]) -> None:
        password = self.cleaned_data.get(PASSWORD_FIELD)
        if not password:
            sentence = _(
                "%(entry)s is in a private network (%(addresses)s). If it is yours and you want to allow exactly this "
                "host and port, enter your own password."
            )
            params = {"entry": addresses.allow_list_entry(base_url), "addresses": ", ".join(found)}
            self.add_error(PASSWORD_FIELD, ValidationError(sentence, code="address_private", params=params))
        elif problem := self._problem(password):
            self.add_error(PASSWORD_FIELD, problem)
        else:
            self.private = found

    def _problem(self: Any, password: str) -> Any:
        """Why this is not the password of who asks; None when it is. By the door of signing in, with its limits."""
        user = self.request.user
        try:
            proven = authenticate(self.request, username=user.get_username(), password=password)
        except AppError as error:
            return str(error)
        return None if proven == user else _("This is not your password.")
