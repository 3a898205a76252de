from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Tell drf-spectacular how people sign in."""
        from accounts.api import schema  # noqa: F401 - the import is what registers it
