"""The chat app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    """Registers what the other apps ask the chat for."""

    name = "chat"
    verbose_name = _("Chat")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell accounts what it cannot know, and create the built-in roles after each migrate."""
        from accounts import profile
        from accounts.budgets import known
        from chat import selectors
        from chat.services import roles
        from providers import prices, registry

        known.register(models=registry.model_ids, currencies=prices.currencies)
        profile.register_extra("message_count", selectors.message_count)
        post_migrate.connect(roles.create_builtin, sender=self, dispatch_uid="chat.roles")
