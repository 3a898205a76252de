"""Answers with everything in them that can be read, in both languages: for pictures and for tests."""

# ruff: noqa: E501 - texts for people
from aihelper.tests.e2e.browser import expect
from aihelper.tests.e2e.tab import Tab

LONG_CODE = (
    '```python {3,8-10} title="inventory.py"\n'
    + "\n\n".join(
        f"def item_{number}(stock: dict[str, int], name: str, *, minimum: int = {number}) -> bool:\n"
        f'    """Whether there is enough of `name`: at least {number}, as the shop promises on its page."""\n'
        f"    left = stock.get(name, 0) - {number}  # what is reserved is not there\n"
        f"    return left >= minimum"
        for number in range(1, 12)
    )
    + "\n```\n"
)
FORMULAS = {
    "en": "Inline, $e^{i\\pi} + 1 = 0$ sits in a line that costs $5 or $10, and \\(\\sqrt[3]{x^2+1}\\) too.\n\n"
    "$$\n\\int_{-\\infty}^{\\infty} e^{-x^2}\\,dx = \\sqrt{\\pi}, \\qquad \\zeta(s) = \\sum_{n=1}^{\\infty} \\frac{1}{n^s}\n$$\n\n"
    "\\[\n\\begin{aligned}\n\\nabla \\cdot \\mathbf{E} &= \\frac{\\rho}{\\varepsilon_0} \\\\\n"
    "\\nabla \\times \\mathbf{B} &= \\mu_0\\mathbf{J} + \\mu_0\\varepsilon_0\\frac{\\partial \\mathbf{E}}{\\partial t}\n"
    "\\end{aligned}\n\\]\n\nA matrix $\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}$ and a mistake, $\\frac{1$.\n",
    "zh": "行内公式 $e^{i\\pi} + 1 = 0$ 可以放在一行文字里，这里的 $5 和 $10 仍是价格，\\(\\sqrt[3]{x^2+1}\\) 也是公式。\n\n"
    "$$\n\\int_{-\\infty}^{\\infty} e^{-x^2}\\,dx = \\sqrt{\\pi}, \\qquad \\zeta(s) = \\sum_{n=1}^{\\infty} \\frac{1}{n^s}\n$$\n\n"
    "\\[\n\\begin{aligned}\n\\nabla \\cdot \\mathbf{E} &= \\frac{\\rho}{\\varepsilon_0} \\\\\n"
    "\\nabla \\times \\mathbf{B} &= \\mu_0\\mathbf{J} + \\mu_0\\varepsilon_0\\frac{\\partial \\mathbf{E}}{\\partial t}\n"
    "\\end{aligned}\n\\]\n\n矩阵 $\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}$，以及一个写错的公式 $\\frac{1$。\n",
}
DIAGRAM = {
    "en": "Here is the way of a message:\n\n```mermaid\nflowchart LR\n  A[Browser] -->|sends| B(Server)\n  B --> C{Signed in?}\n"
    "  C -->|yes| D[(Database)]\n  C -->|no| E[401]\n  D --> F[Answer]\n```\n\nAnd who speaks when:\n\n```mermaid\nsequenceDiagram\n"
    "  participant P as Page\n  participant S as Server\n  P->>S: question\n  S-->>P: first token\n  Note over P,S: the log is the truth\n```\n",
    "zh": "一条消息的路径如下：\n\n```mermaid\nflowchart LR\n  A[浏览器] -->|发送| B(服务器)\n  B --> C{已登录？}\n"
    "  C -->|是| D[(数据库)]\n  C -->|否| E[401]\n  D --> F[回答]\n```\n\n先后顺序：\n\n```mermaid\nsequenceDiagram\n"
    "  participant P as 页面\n  participant S as 服务器\n  P->>S: 提问\n  S-->>P: 第一个词元\n  Note over P,S: 日志即事实\n```\n",
}
PAPER = {
    "en": "## Reading list\n\nThe idea is old[^old], but the numbers are new[^new]. See also [the overview][o] and <https://example.org/a>.\n\n"
    "- [x] Read the summary\n- [ ] Check the **figures**\n  - [ ] once more, with care\n- [ ] Write to the author\n\n"
    "| City | Country | Population | Area (km²) | Density (per km²) | Time zone | Founded | River |\n|---|---|--:|--:|--:|:-:|--:|---|\n"
    "| Lisbon | Portugal | 567,131 | 100.05 | 5,669 | UTC+0 | 1200 BC | Tagus |\n| Porto | Portugal | 248,769 | 41.42 | 6,006 | UTC+0 | 300 BC | Douro |\n"
    "| Amsterdam | Netherlands | 933,680 | 219.32 | 5,277 | UTC+1 | 1275 | Amstel |\n\n"
    "![The castle above the old town](https://pictures.example.org/castle-at-dusk.jpg)\n\n> Whoever reads a list to its end has earned a rest.\n\n"
    "1. Install it:\n   ```bash\n   pip install reading-list  # once\n   ```\n2. Press <kbd>Ctrl</kbd> + <kbd>K</kbd>, H<sub>2</sub>O\n\n"
    "[o]: https://example.org/overview\n\n[^old]: It was first told in 1962, by a librarian.\n[^new]: Measured on *two* machines, `n = 40`.\n",
    "zh": "## 阅读清单\n\n想法由来已久[^old]，但数字是新的[^new]。另见[概览][o]，以及https://example.org/a，里面有**“全部数据”**和**「出处」**。\n\n"
    "- [x] 读摘要\n- [ ] 核对**数据**\n  - [ ] 再仔细核对一遍\n- [ ] 给作者写信\n\n"
    "| 城市 | 国家 | 人口 | 面积（平方公里） | 密度（每平方公里） | 时区 | 建城 | 河流 |\n|---|---|--:|--:|--:|:-:|--:|---|\n"
    "| 里斯本 | 葡萄牙 | 567,131 | 100.05 | 5,669 | UTC+0 | 公元前 1200 年 | 塔霍河 |\n| 波尔图 | 葡萄牙 | 248,769 | 41.42 | 6,006 | UTC+0 | 公元前 300 年 | 杜罗河 |\n"
    "| 阿姆斯特丹 | 荷兰 | 933,680 | 219.32 | 5,277 | UTC+1 | 1275 年 | 阿姆斯特尔河 |\n\n"
    "![老城上方的城堡](https://pictures.example.org/castle-at-dusk.jpg)\n\n> 能把清单读到最后的人，值得好好休息一下。\n\n"
    "1. 安装：\n   ```bash\n   pip install reading-list  # 一次即可\n   ```\n2. 按 <kbd>Ctrl</kbd> + <kbd>K</kbd>，H<sub>2</sub>O\n\n"
    "[o]: https://example.org/overview\n\n[^old]: 最早由一位图书管理员在 1962 年提出。\n[^new]: 在*两台*机器上测得，`n = 40`。\n",
}

ANSWERS = {"long-code": {"en": LONG_CODE, "zh": LONG_CODE}, "math": FORMULAS, "diagram": DIAGRAM, "paper": PAPER}


def expect_read(tab: Tab, name: str) -> None:
    """Wait until everything that comes later is there, and show the answer from its beginning."""
    tab.expect_state("completed")
    if name == "diagram":
        for number in range(2):
            expect(tab.get("diagram").nth(number)).to_have_attribute("data-state", "drawn")
    elif name == "math":
        expect(tab.text.locator(".katex").first).to_be_visible()
    else:
        expect(tab.text.locator("[class^=hljs]").first).to_be_attached()
    if name == "paper":
        expect(tab.text.locator(".notes")).to_be_visible()
    tab.page.evaluate("document.fonts.ready")
    tab.answer.evaluate("answer => answer.scrollIntoView({block: 'start', behavior: 'instant'})")
