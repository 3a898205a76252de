from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Tell drf-spectacular how people sign in, and have those held who come into a held group."""
        # The imports are what registers it.
        from accounts.api import schema  # noqa: F401
        from accounts.holds import change  # noqa: F401
