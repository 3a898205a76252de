"""The demo's words in two languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    greeting: str
    nothing: str
    turn: str
    reasoning: str
    tour: str
    real_model: str


ENGLISH = Texts(
    greeting=(
        "## Hello! This is the demo\n\n"
        "I am **not a real model**: I am built into AI Helper so that you can try everything before one is set up. "
        "I cannot answer questions, but I can repeat them. You asked:"
    ),
    nothing="(nothing)",
    turn="This is question number {number} of this conversation.",
    reasoning=(
        "The question has {count} characters. I am a demo, so there is nothing to think about, but a reasoning model "
        "would think here. I will say plainly that I am a demo, repeat the question and show what the page can do."
    ),
    tour='''### What the page can show

1. **Bold**, *italic*, ~~struck~~ and `inline code`
2. Links such as [the OpenAI API](https://platform.openai.com/docs/api-reference)
3. Nested lists:
   - like this one
   - with two entries

| Part | Works with |
|---|---|
| Database | SQLite, MySQL, MariaDB |
| Models | any OpenAI-compatible server |

```python
def fibonacci(count: int) -> list[int]:
    """The first `count` Fibonacci numbers."""
    numbers = [0, 1]
    while len(numbers) < count:
        numbers.append(numbers[-1] + numbers[-2])
    return numbers[:count]


print(fibonacci(10))
```

- [x] Streaming, stopping, regenerating
- [x] Closing the tab: the answer goes on without you
- [ ] A real model (see below)

And a formula, where formulas are shown: $e^{i\\pi} + 1 = 0$''',
    real_model="""### How to add a real model

An administrator has two ways:

- **On the page:** open *Django admin → Providers*, add a provider with its address (for example
  `https://api.openai.com/v1`) and key, then *Test connection* and *Fetch models*.
- **In the environment:** set `AIHELPER_PROVIDER_URL`, `AIHELPER_PROVIDER_KEY` and `AIHELPER_PROVIDER_MODELS`, then
  start again.

As soon as a real model is there, this demo steps aside.""",
)

CHINESE = Texts(
    greeting=(
        "## 你好！这里是演示\n\n"
        "我**不是真正的模型**：我内置在 AI Helper 里，让你在接入模型之前就能试用全部功能。"
        "我不会回答问题，只会把它重复一遍。你刚才问的是："
    ),
    nothing="（空）",
    turn="这是本次对话中的第 {number} 个问题。",
    reasoning=(
        "这个问题共有 {count} 个字符。我只是演示，其实没有什么可思考的，不过推理模型会在这里思考。"
        "我会说明自己是演示，重复问题，再展示页面能显示哪些内容。"
    ),
    tour='''### 页面能显示的内容

1. **加粗**、*斜体*、~~删除线~~和 `行内代码`
2. 链接，例如 [OpenAI API](https://platform.openai.com/docs/api-reference)
3. 嵌套列表：
   - 比如这一项
   - 还有这一项

| 部分 | 支持 |
|---|---|
| 数据库 | SQLite、MySQL、MariaDB |
| 模型 | 任何兼容 OpenAI 的服务 |

```python
def fibonacci(count: int) -> list[int]:
    """前 count 个斐波那契数。"""
    numbers = [0, 1]
    while len(numbers) < count:
        numbers.append(numbers[-1] + numbers[-2])
    return numbers[:count]


print(fibonacci(10))
```

- [x] 流式输出、停止、重新生成
- [x] 关掉标签页，回答照样继续
- [ ] 真正的模型（见下文）

如果页面支持公式，还可以这样显示：$e^{i\\pi} + 1 = 0$''',
    real_model="""### 如何接入真正的模型

管理员有两种办法：

- **在页面上：** 打开 *Django 管理后台 → 服务商*，添加服务商的地址（例如 `https://api.openai.com/v1`）和密钥，
  然后*测试连接*、*获取模型*。
- **用环境变量：** 设置 `AIHELPER_PROVIDER_URL`、`AIHELPER_PROVIDER_KEY` 和 `AIHELPER_PROVIDER_MODELS`，然后重新启动。

一旦有了真正的模型，这个演示就会自动让位。""",
)
