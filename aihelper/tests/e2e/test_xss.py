"""Nothing that a model writes runs or loads, in a real browser, at no moment of its being written.

The mass goes through the page's own MarkdownView, found in the running page: each vector grows there piece by piece,
cut at random places, and after every step the whole text is looked at. A part of it, with all that would load, also
comes the long way: from the provider, in bytes cut at random. The seed is printed; XSS_SEED repeats a run.
"""

# ruff: noqa: E501 - what runs in the browser is read as it is there
import json
import os
import random
import re
from typing import Any

import pytest

from aihelper.tests.e2e.browser import Watch, expect
from aihelper.tests.e2e.conftest import Person, on
from aihelper.tests.e2e.tab import Tab
from aihelper.tests.e2e.upstream import Upstream
from aihelper.tests.e2e.vectors import EVIL, attacks, loads

pytestmark = [pytest.mark.e2e, on("uvicorn")]

# What judges: installed before anything is shown. `trouble` collects what must not be.
JUDGE = """() => {
  const trouble = (window.trouble = []);
  window.hit = () => trouble.push("ran");
  for (const name of ["alert", "confirm", "prompt", "open", "print"]) window[name] = () => trouble.push(name);
  document.addEventListener("securitypolicyviolation", (event) => trouble.push(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  const TAGS = new Set(("a blockquote br button code del div em h1 h2 h3 h4 h5 h6 hr kbd li mark ol p pre s span strong sub sup table tbody td th thead tr u ul "
    + "figure figcaption b svg path line math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr mtd "
    + "mpadded mphantom menclose mstyle").split(" "));
  const LOADS = /^(?:on|src|srcset|poster|background|action|formaction|ping|data$|xlink|srcdoc|code$|manifest)/i;
  const HREF = /^(?:https?:|mailto:|#note-)/i;
  window.judge = (root, what) => {
    for (const node of root.querySelectorAll("*")) {
      const tag = node.tagName.toLowerCase();
      if (!TAGS.has(tag)) trouble.push(`<${tag}> of ${what}`);
      if (tag === "svg" && !node.closest(".katex, button, .icon")) trouble.push(`stray svg of ${what}`);
      for (const { name, value } of node.attributes) {
        if (LOADS.test(name)) trouble.push(`${name} of ${what}`);
        if (name === "href" && !HREF.test(value)) trouble.push(`href ${value} of ${what}`);
        // Our own, on pieces of code: two numbers.
        if (name === "style" && node.matches(".code-chunk") && /^--first: \\d+; --lines: \\d+;$/.test(value)) continue;
        if (name === "style" && (!node.closest(".katex") || /url|\\(|fixed|sticky/i.test(value))) trouble.push(`style ${value} of ${what}`);
        if (name === "id" && !/^note-/.test(value)) trouble.push(`id ${value} of ${what}`);
      }
    }
  };
}"""

# The component that shows the answer's text: Vue keeps the tree of what it drew at the root.
GROW = """async (pieces) => {
  const queue = [document.querySelector("#app")._vnode];
  let view = null;
  while (queue.length && !view) {
    const node = queue.shift();
    if (!node || typeof node !== "object") continue;
    const inner = node.component?.subTree;
    if (inner?.el?.classList?.contains("prose") && "source" in node.component.props) view = node.component;
    queue.push(inner, ...(Array.isArray(node.children) ? node.children : []), node.suspense?.activeBranch);
  }
  const root = document.querySelector(".prose");
  // A task of its own, without the 4 ms that timers wait.
  const channel = new MessageChannel();
  const tick = () => new Promise((resolve) => { channel.port1.onmessage = resolve; channel.port2.postMessage(0); });
  let steps = 0;
  for (const cuts of pieces) {
    const whole = cuts.at(-1);
    view.props.source = "";
    view.props.live = true;
    for (const text of cuts) {
      view.props.source = text;
      await tick();
      window.judge(root, JSON.stringify(text));
      steps += 1;
    }
    view.props.live = false;
    await tick();
    window.judge(root, JSON.stringify(whole));
    // What would run with a frame (focus, animations, failed pictures) has one.
    if (steps % 8 === 0) await new Promise(requestAnimationFrame);
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  view.props.source = "**the proof**";
  await tick();
  const shown = root.querySelector("strong")?.textContent;
  // A judge who sees nothing would be no judge.
  const seen = document.createElement("div");
  seen.append(document.createElement("object"));
  window.judge(seen, "the control");
  return { steps, shown, control: window.trouble.pop() };
}"""


@pytest.fixture
def chance() -> random.Random:
    """Different in each run, and repeatable."""
    seed = int(os.environ.get("XSS_SEED", random.SystemRandom().randrange(2**32)))
    print(f"XSS_SEED={seed}")
    return random.Random(seed)


def cut(text: str, chance: random.Random) -> list[str]:
    """Growing beginnings of the text, the last one whole. Cut between bytes: half a character is not there yet."""
    raw = text.encode()
    count = min(len(raw) - 1, chance.randint(2, 6))
    ends = sorted(chance.sample(range(1, len(raw)), count)) if count > 0 else []
    return [*(raw[:end].decode("utf-8", "ignore") for end in ends), text]


def hostile(person: Person, upstream: Upstream) -> tuple[Tab, Any]:
    """A tab with an answer that has begun, and judges at work."""
    tab = person()
    tab.page.evaluate(JUDGE)
    tab.ask("Show me.")
    call = upstream.call()
    call.say("Well: $x$ and\n\n```js\nlet a\n```\n")
    # Everything that comes later has come: the vectors meet all of it.
    expect(tab.text.locator(".katex").first).to_be_visible()
    expect(tab.text.locator("[class^=hljs]").first).to_be_visible()
    return tab, call


def trouble(tab: Tab) -> list[str]:
    found: list[str] = tab.page.evaluate("window.trouble")
    return found[:20]


def test_nothing_runs_at_any_step(person: Person, upstream: Upstream, chance: random.Random) -> None:
    vectors = attacks() + loads()
    assert len(attacks()) >= 500
    assert len(loads()) >= 60
    tab, call = hostile(person, upstream)
    call.finish()
    tab.expect_state("completed")
    done = tab.page.evaluate(GROW, [cut(vector, chance) for vector in vectors])
    assert done["steps"] > 3 * len(vectors)
    assert (done["shown"], done["control"]) == ("the proof", "<object> of the control")
    assert trouble(tab) == []


def test_nothing_loads_on_the_way_from_the_provider(person: Person, upstream: Upstream, chance: random.Random) -> None:
    vectors = [*loads(), *chance.sample([each for each in attacks() if "```" not in each], 60)]
    chance.shuffle(vectors)
    tab, call = hostile(person, upstream)
    text = "\n\n".join([*vectors, "The end of it."])
    events = "".join(
        f"data: {json.dumps({'choices': [{'index': 0, 'delta': {'content': piece}}]}, ensure_ascii=False)}\n\n"
        for piece in (text[start : start + 40] for start in range(0, len(text), 40))
    ).encode()
    start = 0
    while start < len(events):
        end = start + chance.randint(1, 400)
        call.send(events[start:end])
        start = end
        tab.page.evaluate(
            "async () => { await new Promise(requestAnimationFrame); window.judge(document.querySelector('.prose'), 'the stream') }"
        )
    call.finish()
    tab.expect_state("completed")
    expect(tab.text).to_contain_text("The end of it.")
    tab.page.evaluate("window.judge(document.querySelector('.prose'), 'the answer')")
    assert trouble(tab) == []
    # The watch of these tests fails for any request that was not to us; here it is said once more.
    asked: list[str] = tab.page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert [url for url in asked if EVIL in url] == []
    tab.page.reload()
    expect(tab.text).to_contain_text("The end of it.")


DIAGRAMS = (
    'flowchart TD\n  A[click] --> B\n  click A href "javascript:parent.hit()"\n  click B call hit()',
    'flowchart TD\n  A["<img src=x onerror=parent.hit()>"] --> B["<script>parent.hit()</script>"]',
    f'%%{{init: {{"securityLevel": "loose", "themeCSS": "*{{background:url({EVIL}/d1)}}"}}}}%%\nflowchart TD\n  A --> B',
    f"flowchart TD\n  A --> B\n  style A fill:url({EVIL}/d2)\n  classDef x background:url({EVIL}/d3)\n  class B x",
    f'flowchart TD\n  A@{{ img: "{EVIL}/d4.png", label: "x", w: 60, h: 60 }}\n  A --> B',
    f'sequenceDiagram\n  participant A\n  link A: x @ javascript:parent.hit()\n  A->>A: <img src="{EVIL}/d5" onerror=parent.hit()>',
    '%%{init: {"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}}%%\nflowchart TD\n  A --> B',
    "classDiagram\n  class A\n  click A href \"data:text/html,<script>parent.hit()</script>\"",
)  # fmt: skip


def test_a_diagram_reaches_nothing(person: Person, upstream: Upstream, watch: Watch) -> None:
    # Mermaid parses what it is given before it cleans it: then the frame's own policy says no.
    watch.expect("violates the following Content Security Policy directive")
    tab, call = hostile(person, upstream)
    call.say("\n" + "\n\n".join(f"```mermaid\n{source}\n```" for source in DIAGRAMS))
    call.finish()
    tab.expect_state("completed")
    frames = tab.get("diagram")
    expect(frames).to_have_count(len(DIAGRAMS))
    for number in range(len(DIAGRAMS)):
        frames.nth(number).scroll_into_view_if_needed()
        expect(frames.nth(number)).to_have_attribute("data-state", re.compile("drawn|wrong"))
    assert len(tab.page.frames) == len(DIAGRAMS) + 1
    for frame in tab.page.frames[1:]:
        assert frame.evaluate("origin") == "null"
        assert frame.evaluate("typeof ({}).polluted") == "undefined"
        for anchor in frame.locator("a").all():
            anchor.dispatch_event("click")
    assert tab.page.evaluate("typeof ({}).polluted") == "undefined"
    assert trouble(tab) == []
