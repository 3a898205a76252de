"""The roof as a Django app: it registers the system checks and sets up the logs."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AIHelperConfig(AppConfig):
    """What concerns the whole project and no single app."""

    name = "aihelper"
    verbose_name = "AI Helper"

    def ready(self) -> None:
        """Register the checks by importing them, and put the logs in order."""
        from aihelper import checks  # noqa: F401 - the import registers them
        from aihelper.lib import logs

        logs.configure()


class AdministrationConfig(AdminConfig):
    """Django admin with our own site: its order, its look."""

    default_site = "aihelper.admin_site.AdminSite"
