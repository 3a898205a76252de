"""What a hostile model could write: families of attacks, each run through all places where markdown takes text.

Every vector calls `hit()` where it would run, or asks EVIL for something where it would load. None is taken from a list
of other people's; each family is a way in that has been one somewhere (security.md's classes), multiplied out.
"""

# ruff: noqa: E501 - an attack is read as one line
from collections.abc import Iterator

EVIL = "https://evil.example"

_HANDLERS = ("onerror", "onload", "onfocus", "onmouseover", "onanimationstart", "ontoggle", "onpointerenter", "onbegin")
_ELEMENTS = (
    "img src=x", "svg", "body", "video src=x", "audio src=x", "details open", "input autofocus", "select autofocus",
    "textarea autofocus", "marquee", "object data=x", "iframe src=x", "math", "style", "a href=x tabindex=0 autofocus",
    "button autofocus", "form", "x-y tabindex=1 autofocus", "br", "sub", "sup", "kbd", "mark", "u",
)  # fmt: skip
_SCRIPTS = (
    "javascript:hit()", "JaVaScRiPt:hit()", " javascript:hit()", "java\tscript:hit()", "java&#10;script:hit()",
    "&#106;avascript:hit()", "&#x6A;avascript:hit()", "javascript&colon;hit()", "\x01javascript:hit()",
    "vbscript:hit()", "data:text/html,<script>hit()</script>", "data:text/html;base64,PHNjcmlwdD5oaXQoKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg onload=hit()>", "blob:https://x/y", "file:///etc/passwd", "jar:javascript:hit()!/",
    "javascript://%0ahit()", "javascript:/*--></title></style></textarea></script><svg/onload='+/\"/+/onmouseover=1/+/[*/[]/+hit()//'>",
)  # fmt: skip
_LINKS = (
    "[a]({})", "[a](<{}>)", "[a][r]\n\n[r]: {}\n", "[a][r]\n\n[r]: <{}>\n", "<{}>", "![a]({})", "[![a](x)]({})",
    "![a][r]\n\n[r]: {}\n", "- [a]({})", "| a |\n|---|\n| [a]({}) |", "**[a]({})**", "> [a]({} 't')", "note[^n]\n\n[^n]: [a]({})",
)  # fmt: skip
_BREAKS = (
    '" onmouseover="hit()', "' onmouseover='hit()", '"><svg onload=hit()>', "'><img src=x onerror=hit()>",
    "</code></pre><script>hit()</script>", "` onclick=hit() `", "&quot; onfocus=hit() autofocus=&quot;", "<!--><img src=x onerror=hit()>-->",
)  # fmt: skip
_PLACES = (
    '[a](https://x.example "{}")', "![{}](https://x.example/a.png)", "```{}\ncode\n```", "```js title={}\ncode\n```",
    "# {}", "| {} |\n|---|\n| a |", "[^{}] and\n\n[^{}]: note", "- [x] {}", "`{}`", "https://x.example/{}", "$x{}$",
    "[{}]\n\n[{}]: https://x.example\n", "$$\n{}\n$$", "~~{}~~", "www.x.example/{}",
)  # fmt: skip
_MUTATIONS = (
    "<math><mtext><table><mglyph><style><img src=x onerror=hit()>", "<svg></p><style><a id='</style><img src=x onerror=hit()>'>",
    "<noscript><p title='</noscript><img src=x onerror=hit()>'>", "<form><math><mtext></form><form><mglyph><style></math><img src onerror=hit()>",
    "<template><img src=x onerror=hit()></template>", "<svg><foreignObject><iframe srcdoc='<script>parent.hit()</script>'>",
    "<select><template><img src=x onerror=hit()>", "<xmp><img src=x onerror=hit()></xmp>", "<title><img src=x onerror=hit()></title>",
    "<textarea></textarea><img src=x onerror=hit()>", "<!--<img src='--><img src=x onerror=hit()>'>", "<![CDATA[<img src=x onerror=hit()>]]>",
    "<?xml-stylesheet href='javascript:hit()'?>", "<svg><script>hit()</script>", "<svg><animate onbegin=hit() attributeName=x>",
    "<svg><set attributeName=href to=javascript:hit()>", "<a><svg><use href='data:image/svg+xml,<svg id=x onload=hit()>#x'>",
    "<math href='javascript:hit()'>click</math>", "<math><maction actiontype='statusline#x' xlink:href='javascript:hit()'>x",
    "<annotation-xml encoding='text/html'><img src=x onerror=hit()>", "<plaintext><script>hit()", "<frameset onload=hit()>",
    "<table background='javascript:hit()'>", "<div style='background:url(javascript:hit())'>", "<div style=\"width:expression(hit())\">",
    "<style>@keyframes x{}</style><b style='animation-name:x' onanimationstart=hit()>", "<link rel=import href='data:text/html,<script>hit()</script>'>",
    "<meta http-equiv=refresh content='0;javascript:hit()'>", "<base href='javascript:hit()//'>", "<isindex action=javascript:hit() type=image>",
    "<img src=x:x onerror\x0b=hit()>", "<img/src=x/onerror=hit()>", "<<script>hit()//<</script>", "<scr<script>ipt>hit()</scr</script>ipt>",
    "<script\x20type='module'>hit()</script>", "<SCRIPT SRC=data:,hit()></SCRIPT>", "<svg/onload=hit()//", "<img src=`x` onerror=hit()>",
    "&lt;script&gt;hit()&lt;/script&gt;", "&#60;img src=x onerror=hit()&#62;", "\\<script>hit()</script>", "<\x00script>hit()</script>",
    "\ufeff<script>hit()</script>", "<script>hit()</script\u3000>", "＜script＞hit()＜/script＞", "<object type=text/html data='data:text/html,<script>parent.hit()</script>'>",
    "<embed src='data:image/svg+xml,<svg onload=parent.hit()>'>", "<iframe srcdoc='<svg onload=parent.hit()>'>", "<portal src=javascript:hit()>",
    "<dialog open onclose=hit()><form method=dialog><button autofocus>", "<input type=image src=x onerror=hit()>", "<video><source onerror=hit()>",
)  # fmt: skip
_FORMULAS = (
    "\\href{{javascript:hit()}}{{x}}", "\\url{{javascript:hit()}}", "\\htmlClass{{x\" onmouseover=\"hit()}}{{x}}", "\\htmlId{{x}}{{x}}",
    "\\htmlStyle{{background:url({evil}/m1)}}{{x}}", "\\htmlData{{x=\"onload=hit()}}{{x}}", "\\includegraphics{{{evil}/m2.png}}",
    "\\text{{<img src=x onerror=hit()>}}", "\\text{{</annotation><script>hit()</script>}}", "\\def\\x{{\\x\\x}}\\x", "\\color{{red;background:url({evil}/m3)}}x",
    "\\textcolor{{url({evil}/m4)}}{{x}}", "\\rule{{1e9em}}{{1e9em}}", "\\unicode{{x3c}}script", "\\mathchoice{{<script>}}{{hit()}}{{a}}{{b}}",
    "\\colorbox{{#fff;position:fixed}}{{x}}", "\\fcolorbox{{red}}{{javascript:hit()}}{{x}}", "\\tag{{<svg onload=hit()>}} x", "\\verb|<img src=x onerror=hit()>|",
    "\\require{{html}}\\class{{x}}{{y}}", "\\char`<\\text{{img src=x onerror=hit()}}", "\\htmlStyle{{position:fixed;inset:0}}{{x}}",
)  # fmt: skip
_MATHS = ("${}$", "$${}$$", "\\({}\\)", "\\[\n{}\n\\]")
_LANGUAGES = (
    "bash c cpp csharp css dart diff dockerfile elixir go graphql haskell html ini java js json julia kotlin latex less lua makefile markdown "
    "nginx objectivec perl php powershell python r ruby rust scala scss sql swift ts vue xml yaml"
).split()
_NAMES = (
    "__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "document", "location", "body", "cookie", "forms", "attributes",
    "nodeName", "ownerDocument", "note-v-0-1", "app",
)  # fmt: skip

_LOADS = (
    "<img src={}>", "<img srcset='{} 1x'>", "<picture><source srcset={}></picture>", "<video poster={}>", "<video src={}>", "<audio src={} autoplay>",
    "<track src={}>", "<embed src={}>", "<object data={}>", "<iframe src={}>", "<frame src={}>", "<link rel=stylesheet href={}>", "<link rel=preload as=image href={}>",
    "<link rel=dns-prefetch href={}>", "<link rel=preconnect href={}>", "<link rel=prefetch href={}>", "<link rel=icon href={}>", "<link rel=manifest href={}>",
    "<link rel=modulepreload href={}>", "<style>@import '{}'</style>", "<style>*{{background:url({})}}</style>", "<div style='background:url({})'>",
    "<div style='list-style:url({})'>", "<span style=\"cursor:url('{}'),auto\">", "<body background={}>", "<table background={}>", "<td background={}>",
    "<svg><image href={}>", "<svg><image xlink:href={}>", "<svg><use href='{}#x'>", "<svg><feImage href={}>", "<svg><script href={}></script>",
    "<svg style='fill:url({}#x)'>", "<input type=image src={}>", "<meta http-equiv=refresh content='0;url={}'>", "<base href={}>", "<a ping={} href=x>a</a>",
    "<form action={}><button autofocus>", "<script src={}></script>", "<math xlink:href={}>x", "<bgsound src={}>", "<layer src={}>", "<applet code={}>",
    "<blink style='mask:url({})'>", "<font face='x' style='src:url({})'>", "![a]({})", "![a](<{}>)", '![a]({} "t")', "![a][r]\n\n[r]: {}\n", "[![a]({})]({})",
    "- ![a]({})", "| a |\n|---|\n| ![a]({}) |", "> ![]({})", "# ![a]({})", "note[^n]\n\n[^n]: ![a]({})", "**![a]({})**", "[a]({})", "<{}>", "{}",
    "$\\includegraphics{{{}}}$", "$$\\htmlStyle{{background:url({})}}{{x}}$$", "![a](//evil.example/relative)", "`![a]({})` ![b]({})",
    "```html\n<img src={}>\n```", "```css\n*{{background:url({})}}\n```",
)  # fmt: skip


def loads() -> list[str]:
    """What would fetch something from EVIL by being shown."""
    return [each.format(*[f"{EVIL}/{number}"] * 3) for number, each in enumerate(_LOADS)]


def attacks() -> list[str]:
    """What would call `hit()`, or leave its place in the page. At least 500, each once."""
    return list(dict.fromkeys(_attacks()))


def _attacks() -> Iterator[str]:
    for element in _ELEMENTS:
        for handler in _HANDLERS:
            yield f"<{element} {handler}=hit()>"
    for script in _SCRIPTS:
        for link in _LINKS:
            yield link.format(script)
    for breakout in _BREAKS:
        for place in _PLACES:
            yield place.format(breakout, breakout)
    yield from _MUTATIONS
    for formula in _FORMULAS:
        for number, math in enumerate(_MATHS):
            yield math.format(formula.format(evil=f"{EVIL}/math{number}"))
    for language in _LANGUAGES:
        yield f"```{language}\n</code><img src=x onerror=hit()><script>hit()</script> \"'`${{hit()}}\n```"
    for name in _NAMES:
        yield f"[{name}] [^{name}]\n\n[{name}]: https://x.example\n\n[^{name}]: note"
        yield f"```{name}\n{name}\n```"
    for tag in ("br", "sub", "SUP", "kbd", "mark", "u"):
        yield from (
            f"<{tag}/onload=hit()>",
            f"<{tag} style=x>",
            f"</{tag}></div><script>hit()</script>",
            f"<{tag}><img src=x onerror=hit()></{tag}>",
        )
