from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Tell drf-spectacular how people sign in, and have those held who come into a held group."""
        # Above the groups administrators would read "Authentication and Authorization"; the sidebar says People.
        apps.get_app_config("auth").verbose_name = _("People")
        # The imports are what registers it.
        from accounts.api import schema  # noqa: F401
        from accounts.holds import change  # noqa: F401
