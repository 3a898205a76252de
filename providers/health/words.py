"""What the codes of tries mean, in a sentence for administrators in the active language."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext, gettext_noop

from providers.errors import ProviderError
from providers.wire import gate

_OUR_WORDS = {
    gate.SERVED: gettext_noop("It answered."),
    gate.OVERTAKEN: gettext_noop("It was silent for longer than usual, and another provider answered first."),
    gate.NOT_NEEDED: gettext_noop("It was asked as well, and was not needed."),
    gate.COOLING_DOWN: gettext_noop("It was not asked: its key pauses."),
    gate.CIRCUIT_OPEN: gettext_noop("It was not asked: it has failed too often just now."),
}


_FIRST_SENTENCE = re.compile(r".+?(?:[.](?= |$)|。|$)")


def in_short(code: str) -> str:
    """What a code means, without the advice that follows for people in the chat."""
    first = _FIRST_SENTENCE.match(sentence(code))
    return first[0] if first else ""


def sentence(code: str) -> str:
    """What a code means; an empty string for an empty code, the code itself when nobody knows it."""
    if not code:
        return ""
    known = _OUR_WORDS.get(code) or next((kind.default_sentence for kind in _tree() if kind.code == code), None)
    return gettext(known) if known else code


def _tree(kind: type[ProviderError] = ProviderError) -> Iterator[type[ProviderError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _tree(child)
