"""The answers to GET /models, which differ more from server to server than anything else."""

import json
from typing import Any

from providers.events import RemoteModel

MAX_MODELS = 5000
MAX_ID_LENGTH = 200
_WINDOWS = ("context_window", "context_length", "max_model_len", "max_context_length", "max_context_tokens")


def read_models(body: bytes) -> list[RemoteModel] | None:
    """The models, each id once, at most MAX_MODELS; None when this is no list of models."""
    try:
        value = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict):
        value = value.get("data", value.get("models"))
    if not isinstance(value, list):
        return None
    models: dict[str, RemoteModel] = {}
    for item in value[:MAX_MODELS]:
        if model := _model(item):
            models.setdefault(model.model_id, model)
    return list(models.values())


def _model(item: Any) -> RemoteModel | None:
    if isinstance(item, str):
        item = {"id": item}
    if not isinstance(item, dict):
        return None
    model_id = item.get("id") or item.get("model") or item.get("name")
    if not isinstance(model_id, str) or not model_id.isprintable() or not 0 < len(model_id) <= MAX_ID_LENGTH:
        return None
    name = item.get("display_name") or item.get("name")
    if not isinstance(name, str) or not name.isprintable() or len(name) > MAX_ID_LENGTH:
        name = model_id
    return RemoteModel(model_id, name, _window(item))


def _window(item: dict[str, Any]) -> int | None:
    meta = item.get("meta")
    sizes = [item.get(name) for name in _WINDOWS] + [meta.get("n_ctx_train") if isinstance(meta, dict) else None]
    for size in sizes:
        if isinstance(size, int) and not isinstance(size, bool) and 0 < size < 2**31:
            return size
    return None
