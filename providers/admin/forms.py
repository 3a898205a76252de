from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from providers import reach, secrets, services, validators
from providers.models import ModelConfig, Provider

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
KEY_UNSET = _("Not set. A server of your own may need none.")
KEY_SET = _("Set. It is stored encrypted and never shown. Leave this empty to keep it.")
KEY_SET_ENDS = _("Set, ends with %(end)s. It is stored encrypted and never shown. Leave this empty to keep it.")


class ProviderForm(ProviderModelForm):
    """A provider with its key, which goes in and never comes out: nothing here renders its value."""

    key = forms.CharField(
        label=_("API key"),
        required=False,
        max_length=4096,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=KEY_UNSET,
        validators=[validators.validate_api_key],
    )
    remove_key = forms.BooleanField(label=_("Remove the key"), required=False, widget=UnfoldBooleanWidget)

    class Meta:
        model = Provider
        fields = (
            "name",
            "base_url",
            "dialect",
            "description",
            "is_active",
            "priority",
            "connect_timeout",
            "first_token_timeout",
            "gap_timeout",
            "total_timeout",
        )
        widgets = {"base_url": UnfoldAdminTextInputWidget(attrs={"placeholder": "https://"})}
        help_texts = {"base_url": BASE_URL_HELP}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.has_key:
            end = self.instance.key_last_four
            self.fields["key"].help_text = KEY_SET_ENDS % {"end": end} if end else KEY_SET
        else:
            self.fields.pop("remove_key", None)

    @property
    def api_key(self) -> str | None:
        """What `services.save_provider` takes: the new key, an empty string to remove it, None to keep it."""
        if self.cleaned_data.get("remove_key"):
            return ""
        return self.cleaned_data.get("key") or None

    def clean_base_url(self) -> str:
        base_url = validators.normalise_base_url(self.cleaned_data["base_url"])
        if base_url != self.instance.base_url:
            reach.require_reachable(base_url)
        return base_url

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        try:
            secrets.ring()
        except secrets.KeyRingError as error:
            if key:
                raise ValidationError(services.KEY_RING_BROKEN, code="key_ring") from error
        return key

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("remove_key") and cleaned.get("key"):
            self.add_error("key", _("Either enter a new key or remove it."))
        if self.instance.pk and "base_url" in cleaned and "key" in cleaned:
            services.require_key(self.instance, cleaned["base_url"], self.api_key)
        return cleaned


class ModelConfigForm(ModelConfigModelForm):
    """A model in full. An empty parameters field means no parameters."""

    class Meta:
        model = ModelConfig
        fields = (
            "provider",
            "model_id",
            "model_name",
            "description",
            "is_active",
            "sort_order",
            "max_tokens",
            "context_window",
            "has_vision",
            "has_reasoning",
            "has_tools",
            "parameters",
            "input_price",
            "output_price",
            "currency",
        )
        widgets = {"description": UnfoldAdminTextareaWidget(attrs={"rows": 2})}

    def clean_parameters(self) -> dict[str, Any]:
        parameters: dict[str, Any] | None = self.cleaned_data["parameters"]
        return {} if parameters is None else parameters
