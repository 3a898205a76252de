"""A conversation as one HTML file: readable anywhere, printable, nothing runs in it and nothing is loaded."""

from functools import cache
from typing import Any

import nh3
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from chat.exports.markdown import heading, when
from chat.models.message import MessageRole
from chat.selectors.whole import Whole

TAGS = {
    *("a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li ol p pre s span strong sub sup".split()),
    *("table tbody td th thead tr ul".split()),
}
ATTRIBUTES: dict[str, set[str]] = {"a": {"href", "title"}, "td": {"align"}, "th": {"align"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
LINK_REL = "noopener noreferrer nofollow"


def html(whole: Whole) -> str:
    """The text of the file."""
    messages = [
        {
            "who": heading(message),
            "when": when(message.create_time),
            "mine": message.role == MessageRole.USER,
            "reasoning": message.reasoning,
            "attachments": [document.name for document in message.documents.all()],
            "text": message.content if message.role == MessageRole.USER else None,
            "body": None if message.role == MessageRole.USER else safe_html(message.content),
        }
        for message in whole.branch()
    ]
    context = {
        "title": whole.session.title or _("Untitled chat"),
        "language": get_language() or "en",
        "when": when(whole.session.create_time),
        "messages": messages,
    }
    return render_to_string("chat/export.html", context)


def safe_html(text: str) -> str:
    """Markdown as HTML, sanitised last (invariant I7)."""
    rendered = _parser().render(text)
    cleaned = nh3.clean(rendered, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=LINK_REL)
    return mark_safe(cleaned)  # noqa: S308 - this is the sanitiser's own answer


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True})
    parser.enable(["table", "strikethrough"])
    parser.add_render_rule("image", _image)
    return parser


def _image(renderer: RendererHTML, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    """A picture as a link to it: opening the file asks no other server for anything."""
    token = tokens[index]
    words = renderer.renderInlineAsText(token.children or [], options, env) or _("picture")
    address = str(token.attrGet("src") or "")
    return f'<a href="{nh3.clean_text(address)}">{nh3.clean_text(words)}</a>'
