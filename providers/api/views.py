from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from providers import registry
from providers.api.serializers import ModelsSerializer
from providers.models import ModelConfig


class ModelsView(APIView):
    """The models that the signed-in person may use."""

    @extend_schema(responses=ModelsSerializer, summary="Models that you may use", tags=["models"])
    def get(self, request: Request) -> Response:
        offered = registry.offered_models(request.user)
        by_provider: dict[str, list[dict[str, Any]]] = {}
        for model in offered:
            by_provider.setdefault(model.provider.name, []).append(_as_json(model))
        ids = list(dict.fromkeys(model.model_id for model in offered))
        return Response({"models": ids, "providers": by_provider, "default_model": ids[0] if ids else None})


def _as_json(model: ModelConfig) -> dict[str, Any]:
    return {
        "model_id": model.model_id,
        "model_name": str(model),
        "icon": model.icon,
        "description": model.description,
        "context_window": model.context_window,
        "max_tokens": model.max_tokens,
        "capabilities": model.capabilities,
        "demo": model.provider.is_demo,
    }
