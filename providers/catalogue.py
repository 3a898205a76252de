"""The models of a provider, brought in step with what it lists. What an administrator has edited stays."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers import validators
from providers.events import RemoteModel
from providers.models import PRIORITY_LIMIT, SORT_LIMIT, TOKEN_LIMIT, ModelConfig, Provider

Row = TypeVar("Row", Provider, ModelConfig)

MAX_LISTED = 2000
# The gap leaves room to put a model between two others by hand.
SORT_STEP = 10
NAME_LENGTH = ID_LENGTH = 200
# Names of models that are not for chats. Only a first choice: an administrator may offer any of them.
NOT_FOR_CHAT = tuple("embed whisper tts dall-e image moderation rerank transcribe realtime audio video ocr".split())


@dataclass(frozen=True, slots=True)
class SyncResult:
    """How many models are new, gone, back again, listed at all, and left out because their id is not usable."""

    added: int = 0
    vanished: int = 0
    returned: int = 0
    listed: int = 0
    skipped: int = 0


@transaction.atomic
def merge(provider: Provider, listed: Sequence[RemoteModel], *, offer: bool = False) -> SyncResult:
    """Add what is new (offered only when told, and then only what looks like a chat model), mark what is gone.

    Names, limits, prices, order and whether a model is offered are never changed for models that are here already.
    """
    remote = {model.model_id: model for model in listed[:MAX_LISTED] if _is_usable(model.model_id)}
    here = list(provider.models.only("model_id", "upstream_id", "vanished_at"))
    known = {name for model in here for name in (model.model_id, model.asked_id)}
    new = [model for model_id, model in remote.items() if model_id not in known]
    gone = [model.pk for model in here if model.asked_id not in remote and model.vanished_at is None]
    back = [model.pk for model in here if model.asked_id in remote and model.vanished_at is not None]
    _insert(provider, new, offer=offer)
    provider.models.filter(pk__in=gone).update(vanished_at=timezone.now())
    provider.models.filter(pk__in=back).update(vanished_at=None)
    return SyncResult(len(new), len(gone), len(back), len(remote), len(listed) - len(remote))


def add(provider: Provider, model_ids: Iterable[str]) -> int:
    """Add and offer models by their ids; those that are here already stay as they are. Returns how many are new.

    Raises ValidationError for an id that no provider can have.
    """
    wanted = list(dict.fromkeys(model_id.strip() for model_id in model_ids if model_id.strip()))
    for model_id in wanted:
        validators.validate_model_id(model_id)
        if len(model_id) > ID_LENGTH:
            raise ValidationError(_("A model id is too long."), code="model_id")
    known = set(provider.models.values_list("model_id", flat=True))
    new = [RemoteModel(model_id, model_id) for model_id in wanted if model_id not in known]
    _insert(provider, new, offer=True, only_chat=False)
    return len(new)


def offer(models: Collection[int], *, offered: bool) -> int:
    """Offer or withdraw the models with these ids; returns how many were changed. The demo's stay as they are."""
    chosen = ModelConfig.objects.filter(pk__in=models, provider__is_demo=False).exclude(is_active=offered)
    return ModelConfig.objects.filter(pk__in=list(chosen.values_list("pk", flat=True))).update(
        is_active=offered, update_time=timezone.now()
    )


@transaction.atomic
def choose(provider: Provider, *, shown: Collection[int], offered: Collection[int], names: Mapping[int, str]) -> int:
    """Offer exactly `offered` of the models in `shown`, and name them; returns how many were changed.

    Models that were not shown stay as they are. Raises ValidationError for a name that cannot be shown.
    """
    changed: list[ModelConfig] = []
    for model in provider.models.select_for_update().filter(pk__in=shown):
        name = _checked_name(names.get(model.pk, model.model_name)) or model.model_id
        if (name, model.pk in offered) != (model.model_name, model.is_active):
            model.model_name, model.is_active, model.update_time = name, model.pk in offered, timezone.now()
            changed.append(model)
    ModelConfig.objects.bulk_update(changed, ["model_name", "is_active", "update_time"], batch_size=200)
    return len(changed)


def _checked_name(name: str) -> str:
    name = name.strip()
    if len(name) > NAME_LENGTH or not name.isprintable():
        raise ValidationError(_("A name is too long or holds control characters."), code="name")
    return name


@transaction.atomic
def move(models: Collection[int], *, up: bool) -> int:
    """Move each of these models one place up or down among its provider's; returns how many have moved."""
    chosen = set(models)
    moved = 0
    for provider in Provider.objects.real().filter(models__in=chosen).distinct():
        ordered = list(provider.models.select_for_update().order_by("sort_order", "pk"))
        rows = ordered if up else ordered[::-1]
        for place in range(1, len(rows)):
            if rows[place].pk in chosen and rows[place - 1].pk not in chosen:
                rows[place - 1], rows[place] = rows[place], rows[place - 1]
                moved += 1
        _renumber(rows if up else rows[::-1])
    return moved


@transaction.atomic
def arrange(wished: Sequence[int]) -> int:
    """Put models in this order among their provider's, within the places that they have; how many have moved.

    Models that are not named keep their places: a list shows a page, or what a filter lets through.
    """
    moved = 0
    for provider in Provider.objects.real().filter(models__in=wished).distinct():
        rows = list(provider.models.select_for_update().order_by("sort_order", "pk"))
        arranged = _arranged(rows, wished)
        moved += _changes(rows, arranged)
        if arranged != rows:
            _renumber(arranged)
    return moved


@transaction.atomic
def arrange_providers(wished: Sequence[int]) -> int:
    """Put providers in this order, within the places that they have; how many have moved. The demo stays."""
    rows = list(Provider.objects.real().select_for_update().order_by("priority", "pk"))
    arranged = _arranged(rows, wished)
    moved = _changes(rows, arranged)
    if moved:
        for place, provider in enumerate(arranged):
            provider.priority = min(place * SORT_STEP, PRIORITY_LIMIT)
        Provider.objects.bulk_update(arranged, ["priority"], batch_size=200)
    return moved


def _arranged(rows: Sequence[Row], wished: Sequence[int]) -> list[Row]:
    """The rows, with those that are named in their order at the places of those that are named."""
    by_id = {row.pk: row for row in rows}
    named = iter([by_id[pk] for pk in dict.fromkeys(wished) if pk in by_id])
    places = set(wished)
    return [next(named) if row.pk in places else row for row in rows]


def _changes(before: Sequence[Row], after: Sequence[Row]) -> int:
    return sum(old.pk != new.pk for old, new in zip(before, after, strict=True))


def _renumber(ordered: Sequence[ModelConfig]) -> None:
    changed = []
    for place, model in enumerate(ordered):
        if model.sort_order != place * SORT_STEP:
            model.sort_order = place * SORT_STEP
            changed.append(model)
    ModelConfig.objects.bulk_update(changed, ["sort_order"], batch_size=200)


def _insert(provider: Provider, new: Sequence[RemoteModel], *, offer: bool, only_chat: bool = True) -> None:
    last = provider.models.aggregate(last=Max("sort_order"))["last"]
    first = 0 if last is None else last + SORT_STEP
    rows = [
        ModelConfig(
            provider=provider,
            model_id=model.model_id,
            model_name=(model.name or model.model_id)[:NAME_LENGTH],
            context_window=model.context_window if 0 < (model.context_window or 0) <= TOKEN_LIMIT else None,
            is_active=offer and (not only_chat or looks_like_chat(model.model_id)),
            sort_order=min(first + number * SORT_STEP, SORT_LIMIT),
        )
        for number, model in enumerate(new)
    ]
    # ignore_conflicts: two administrators may fetch at the same moment.
    ModelConfig.objects.bulk_create(rows, ignore_conflicts=True, batch_size=200)


def looks_like_chat(model_id: str) -> bool:
    name = model_id.lower()
    return not any(word in name for word in NOT_FOR_CHAT)


def _is_usable(model_id: str) -> bool:
    try:
        validators.validate_model_id(model_id)
    except ValidationError:
        return False
    return len(model_id) <= ID_LENGTH
