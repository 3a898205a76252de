"""Django admin: providers (`provider`), the page to choose models (`choosing`), models (`model`)."""

from providers.admin.model import ModelConfigAdmin
from providers.admin.provider import ProviderAdmin

__all__ = ["ModelConfigAdmin", "ProviderAdmin"]
