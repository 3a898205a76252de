from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from providers import validators
from providers.admin.private import PrivateAddressMixin, password_field
from providers.models import ModelConfig, Provider
from providers.parameters import ParametersField

if TYPE_CHECKING:
    ProviderModelForm = forms.ModelForm[Provider]
    ModelConfigModelForm = forms.ModelForm[ModelConfig]
else:
    ProviderModelForm = ModelConfigModelForm = forms.ModelForm

BASE_URL_HELP = _(
    "Up to and with the version, without /chat/completions. OpenAI: https://api.openai.com/v1 · "
    "DeepSeek: https://api.deepseek.com/v1 · Qwen: https://dashscope.aliyuncs.com/compatible-mode/v1 · "
    "OpenRouter: https://openrouter.ai/api/v1 · Ollama: http://localhost:11434/v1 · vLLM: http://localhost:8000/v1"
)


class ProviderForm(PrivateAddressMixin, ProviderModelForm):
    """A provider without its keys, which have forms of their own (`providers.admin.keys`)."""

    password = password_field()

    class Meta:
        model = Provider
        fields = (
            "name",
            "base_url",
            "dialect",
            "asks_usage",
            "max_tokens_name",
            "description",
            "is_active",
            "priority",
            "connect_timeout",
            "first_token_timeout",
            "gap_timeout",
            "total_timeout",
        )
        widgets = {"base_url": UnfoldAdminTextInputWidget(attrs={"placeholder": "https://", "autocomplete": "off"})}
        help_texts = {"base_url": BASE_URL_HELP}

    def clean_base_url(self) -> str:
        return validators.normalise_base_url(self.cleaned_data["base_url"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "base_url" in cleaned:
            self.check_address(cleaned["base_url"], self.instance if self.instance.pk else None)
        return cleaned


class ModelConfigForm(ModelConfigModelForm):
    """A model in full."""

    parameters = ParametersField(help_text=_("Sent with each request, a line each, such as temperature = 0.7."))

    class Meta:
        model = ModelConfig
        fields = (
            "provider",
            "model_id",
            "upstream_id",
            "model_name",
            "icon",
            "description",
            "is_active",
            "groups",
            "sort_order",
            "max_tokens",
            "context_window",
            "has_vision",
            "has_reasoning",
            "has_tools",
            "parameters",
        )
        widgets = {"description": UnfoldAdminTextareaWidget(attrs={"rows": 2})}
