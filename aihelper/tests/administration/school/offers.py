"""The providers of the school, their models and prices, and how the last hours went."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from aihelper.tests.administration.school.people import School, ago, change
from providers import keys
from providers.health import figures
from providers.models import ModelConfig, ModelPrice, Provider, ProviderKey, ProviderMinute, ProviderState

# Name, address, and a model each: id, shown name, sign, context, longest answer, abilities, prices, currency.
OFFERS = (
    ("OpenAI", "https://api.openai.com/v1", (
        ("gpt-4.1", "GPT-4.1", "✳️", 1_047_576, 32_768, "vt", ("2", "8"), "USD"),
        ("gpt-4.1-mini", "GPT-4.1 mini", "", 1_047_576, 32_768, "vt", ("0.4", "1.6"), "USD"),
        ("o4-mini", "o4-mini", "", 200_000, 100_000, "vrt", ("1.1", "4.4"), "USD"),
    )),
    ("DeepSeek", "https://api.deepseek.com/v1", (
        ("deepseek-chat", "DeepSeek V3", "🐋", 128_000, 8_192, "t", ("2", "3"), "CNY"),
        ("deepseek-reasoner", "DeepSeek R1 深度思考", "🐋", 128_000, 65_536, "r", ("2", "3"), "CNY"),
    )),
    ("Qwen 通义千问", "https://dashscope.aliyuncs.com/compatible-mode/v1", (
        ("qwen-plus", "通义千问 Plus", "", 131_072, 16_384, "rt", ("0.8", "2"), "CNY"),
        ("qwen-vl-max", "通义千问 VL Max", "", 131_072, 8_192, "v", ("1.6", "4"), "CNY"),
        ("qwen2.5-coder-32b-instruct", "qwen2.5-coder-32b-instruct", "", 131_072, 8_192, "", None, ""),
    )),
    ("School server", "https://llm.riverside.example/v1", (
        ("Meta-Llama-3.3-70B-Instruct-AWQ-INT4", "Llama 3.3 70B (in our cellar)", "🏫", 32_768, 4_096, "t", None, ""),
    )),
)  # fmt: skip
DICE = Random(21)


def fill(school: School) -> list[ModelConfig]:
    """All of it; gives the models that are offered."""
    models = []
    for priority, (name, base_url, offered) in enumerate(OFFERS, start=1):
        provider = Provider.objects.create(name=name, base_url=base_url, priority=priority, create_time=ago(days=400))
        for order, (model_id, title, icon, window, longest, abilities, price, currency) in enumerate(offered, start=1):
            model = ModelConfig.objects.create(
                provider=provider, model_id=model_id, model_name=title, icon=icon, context_window=window,
                max_tokens=longest, has_vision="v" in abilities, has_reasoning="r" in abilities,
                has_tools="t" in abilities, sort_order=order,
            )  # fmt: skip
            if price:
                _price(model, price, currency)
            models.append(model)
    openai, deepseek, qwen, own = Provider.objects.real().order_by("priority")
    for provider in (openai, deepseek, qwen):
        changes = [
            keys.KeyChange(secret=f"sk-school-{provider.pk}-{number:032x}-7Qx{number}", label=label)
            for number, label in enumerate(("Budget of the school", "Parents' association"), start=1)
        ]
        keys.store(provider, changes if provider == openai else changes[:1])
    teachers, *_classes = school.groups.values()
    by_id = {model.model_id: model for model in models}
    by_id["o4-mini"].groups.set([teachers])
    retired = ModelConfig.objects.create(
        provider=openai, model_id="gpt-4o", model_name="GPT-4o", is_active=False, sort_order=9, vanished_at=ago(days=6)
    )
    change(school.root, by_id["gpt-4.1"], description="For essays and languages. Reads pictures of worksheets.")
    change(school.root, by_id["gpt-4.1"], max_tokens=16_384)
    change(school.root, retired, description="Was taken off by OpenAI.")
    _health(openai, deepseek, qwen, own)
    return models


def _price(model: ModelConfig, price: tuple[str, str], currency: str) -> None:
    asked, answered = (Decimal(each) for each in price)
    ModelPrice.objects.create(
        model=model, valid_from=date(2026, 1, 1), input_price=asked * 2, output_price=answered * 2, currency=currency
    )
    first = timezone.localdate() - timedelta(days=75)
    ModelPrice.objects.create(
        model=model, valid_from=first, input_price=asked, output_price=answered, currency=currency
    )


def _health(openai: Provider, deepseek: Provider, qwen: Provider, own: Provider) -> None:
    """Three hours of calls. One is limited now and then, one does not answer."""
    now = timezone.now().replace(second=0, microsecond=0)
    rows = []
    for provider, busy, error, share in (
        (openai, 5, "upstream_timeout", 0.01), (deepseek, 9, "rate_limited", 0.08), (qwen, 3, "", 0.0),
        (own, 2, "upstream_unavailable", 0.75),
    ):  # fmt: skip
        for minute in range(175):
            calls = DICE.randrange(busy)
            bad = sum(DICE.random() < share for _call in range(calls)) if provider != own or minute < 20 else 0
            ttft = figures.empty()
            for _call in range(calls - bad):
                ttft[figures.bucket(DICE.lognormvariate(6.5, 0.5))] += 1
            if calls:
                rows.append(
                    ProviderMinute(
                        provider=provider, minute=now - timedelta(minutes=minute), owner="school", ok=calls - bad,
                        failed=bad, errors={error: bad} if bad else {}, ttft=ttft,
                    )
                )  # fmt: skip
    ProviderMinute.objects.bulk_create(rows)
    ProviderState.objects.create(provider=deepseek, last_error="rate_limited", last_error_at=ago(minutes=12))
    ProviderState.objects.create(
        provider=own, last_error="upstream_unavailable", last_error_at=ago(minutes=1), changed_at=ago(minutes=4),
        open_until=ago(minutes=-20),
    )  # fmt: skip
    for provider, latency in ((openai, 412), (deepseek, 288), (qwen, 196)):
        tested = {"health": Provider.Health.OK, "latency_ms": latency, "checked_at": ago(hours=3)}
        Provider.objects.filter(pk=provider.pk).update(**tested)
    down = {"health": Provider.Health.DOWN, "health_code": "upstream_unavailable", "checked_at": ago(minutes=15)}
    Provider.objects.filter(pk=own.pk).update(**down)
    key = ProviderKey.objects.filter(provider=openai).order_by("pk").last()
    assert key
    ProviderKey.objects.filter(pk=key.pk).update(cooldown_until=ago(minutes=-25), last_error="rate_limited")
