"""Providers (where models are asked), their keys, and the models that they offer."""

from providers.models.health import ProviderMinute, ProviderState
from providers.models.key import ProviderKey
from providers.models.model_config import SORT_LIMIT, TOKEN_LIMIT, ModelConfig
from providers.models.price import ModelPrice
from providers.models.provider import DEMO_NAME, PRIORITY_LIMIT, Provider

__all__ = [
    "DEMO_NAME",
    "PRIORITY_LIMIT",
    "SORT_LIMIT",
    "TOKEN_LIMIT",
    "ModelConfig",
    "ModelPrice",
    "Provider",
    "ProviderKey",
    "ProviderMinute",
    "ProviderState",
]
