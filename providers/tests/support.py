"""An upstream that is a function, handed in as the client factory; nothing leaves the process."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

import httpx

from providers import secrets
from providers.models import ModelConfig, Provider, ProviderKey
from providers.services import create_provider

# Long enough to be shown by its end; no eight characters of it may appear anywhere.
CANARY = "sk-canary-Zq7Xw2Lm9Vt4Rb8N-tail"
BASE_URL = "https://api.example.com/v1"

Handler = Callable[[httpx.Request], httpx.Response]


@dataclass
class Upstream:
    """Counts the requests and answers them; `allowed` is the allow-list that the last client was made with."""

    handler: Handler
    requests: list[httpx.Request] = field(default_factory=list)
    allowed: Collection[str] = ()

    def __call__(self, *, allowed_private: Collection[str]) -> httpx.AsyncClient:
        self.allowed = allowed_private
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.handler(request)


def listing(*model_ids: str) -> Upstream:
    """An upstream that lists these models, and answers a chat with one token."""
    return Upstream(lambda request: _models(*model_ids) if request.url.path.endswith("/models") else answer("Hi"))


def failing(status: int, body: str = "") -> Upstream:
    return Upstream(lambda request: httpx.Response(status, text=body))


def _models(*model_ids: str) -> httpx.Response:
    return httpx.Response(200, json={"object": "list", "data": [{"id": name, "object": "model"} for name in model_ids]})


def answer(text: str) -> httpx.Response:
    """A streamed answer with one piece of text."""
    first = json.dumps({"choices": [{"index": 0, "delta": {"content": text}}]})
    last = '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'
    body = f"data: {first}\n\ndata: {last}\n\ndata: [DONE]\n\n"
    return httpx.Response(200, headers={"Content-Type": "text/event-stream"}, text=body)


def make_provider(name: str = "Example", base_url: str = BASE_URL, api_key: str = CANARY, **fields: Any) -> Provider:
    return create_provider(name=name, base_url=base_url, api_key=api_key, **fields)


def make_model(provider: Provider, model_id: str = "small", **fields: Any) -> ModelConfig:
    return ModelConfig.objects.create(provider=provider, **{"model_id": model_id, "model_name": model_id, **fields})


def key_of(provider: Provider) -> str:
    """The secret of the provider's first key, as it is stored; an empty string where there is none."""
    key = ProviderKey.objects.select_related("provider").filter(provider=provider).first()
    return secrets.unseal(key) if key else ""


def has_canary(text: str) -> bool:
    """Whether eight characters in a row of the canary's secret part appear in the text."""
    secret = CANARY[:-4]
    return any(secret[start : start + 8] in text for start in range(len(secret) - 7))
