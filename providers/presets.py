"""Well-known services and servers: where they are, how they differ, and where to get a key. Data, and no network.

A preset only fills a form: what is stored afterwards is an ordinary provider.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

DEPLOYMENTS = _(
    "Put the name of your resource into the address. Models are asked by the names of your deployments: enter those by "
    "hand below."
)
ENDPOINTS = _("Models are asked by their ids or by the ids of your own endpoints (ep-…), which may be entered by hand.")
PUBLIC_LIST = _("Its list of models is open to anybody, so the test asks a model for one token to prove the key.")
PREFIXED = _("The ids of its models begin with “models/”.")
LOCAL = _(
    "A server of your own, on this machine or in your network. Start it first; in a container, use the name of the "
    "machine instead of 127.0.0.1."
)
NEW_LIMIT = {"max_tokens_name": "max_completion_tokens"}


@dataclass(frozen=True, slots=True)
class Preset:
    """One service. `key_page` is empty where no key is needed; `fields` are those of a provider that differ.

    `abroad`: the address for accounts outside mainland China, where it is another one. A key of the one is refused by
    the other, which looks like a wrong key.
    """

    slug: str
    name: str
    base_url: str
    key_page: str = ""
    hint: Any = ""
    fields: dict[str, Any] = field(default_factory=dict)
    abroad: str = ""

    @property
    def is_local(self) -> bool:
        """Whether it runs on the administrator's own machines."""
        return self.base_url.startswith("http://")

    @property
    def needs_editing(self) -> bool:
        """Whether the address is only a pattern."""
        return "YOUR-" in self.base_url


PRESETS = (
    Preset("openai", "OpenAI", "https://api.openai.com/v1", "https://platform.openai.com/api-keys", fields=NEW_LIMIT),
    Preset("deepseek", "DeepSeek", "https://api.deepseek.com/v1", "https://platform.deepseek.com/api_keys"),
    Preset(
        "zhipu",
        "Zhipu GLM",
        "https://open.bigmodel.cn/api/paas/v4",
        "https://open.bigmodel.cn/usercenter/proj-mgmt/apikeys",
        abroad="https://api.z.ai/api/paas/v4",
    ),
    Preset(
        "qwen",
        "Qwen (DashScope)",
        "https://dashscope.aliyuncs.com/compatible-mode/v1",
        "https://bailian.console.aliyun.com/?tab=model#/api-key",
        abroad="https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    ),
    Preset(
        "moonshot",
        "Moonshot Kimi",
        "https://api.moonshot.cn/v1",
        "https://platform.moonshot.cn/console/api-keys",
        abroad="https://api.moonshot.ai/v1",
    ),
    Preset(
        "ark",
        "Doubao (Ark)",
        "https://ark.cn-beijing.volces.com/api/v3",
        "https://console.volcengine.com/ark/region:ark+cn-beijing/apiKey",
        ENDPOINTS,
    ),
    Preset(
        "siliconflow",
        "SiliconFlow",
        "https://api.siliconflow.cn/v1",
        "https://cloud.siliconflow.cn/account/ak",
        abroad="https://api.siliconflow.com/v1",
    ),
    Preset(
        "openrouter",
        "OpenRouter",
        "https://openrouter.ai/api/v1",
        "https://openrouter.ai/settings/keys",
        PUBLIC_LIST,
    ),
    # It counts tokens unasked, and refuses words that it does not know.
    Preset(
        "mistral",
        "Mistral",
        "https://api.mistral.ai/v1",
        "https://console.mistral.ai/api-keys",
        fields={"asks_usage": False},
    ),
    Preset("groq", "Groq", "https://api.groq.com/openai/v1", "https://console.groq.com/keys", fields=NEW_LIMIT),
    Preset(
        "gemini",
        "Google Gemini",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "https://aistudio.google.com/apikey",
        PREFIXED,
    ),
    Preset(
        "azure",
        "Azure OpenAI",
        "https://YOUR-RESOURCE.openai.azure.com/openai/v1",
        "https://portal.azure.com/",
        DEPLOYMENTS,
        NEW_LIMIT,
    ),
    Preset("ollama", "Ollama", "http://127.0.0.1:11434/v1", hint=LOCAL),
    Preset("vllm", "vLLM", "http://127.0.0.1:8000/v1", hint=LOCAL),
    Preset("llamacpp", "llama.cpp", "http://127.0.0.1:8080/v1", hint=LOCAL),
    Preset("lmstudio", "LM Studio", "http://127.0.0.1:1234/v1", hint=LOCAL),
    # It ends without [DONE] and counts tokens unasked.
    Preset("transformers", "transformers serve", "http://127.0.0.1:8000/v1", hint=LOCAL, fields={"asks_usage": False}),
)
_BY_SLUG = {preset.slug: preset for preset in PRESETS}


def find(slug: str) -> Preset | None:
    """The preset of this name, or None."""
    return _BY_SLUG.get(slug)


def at(base_url: str) -> Preset | None:
    """The preset with this address, or None."""
    return next((preset for preset in PRESETS if preset.base_url == base_url), None)
