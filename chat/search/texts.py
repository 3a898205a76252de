"""The text of a message as the search sees it: its own words, and those of its attachments with their names."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from chat.search.excerpts import Excerpt, excerpt
from chat.search.query import Query
from chat.search.words import compose, fold

# Between two parts: no letter and no blank, so that no word and no phrase goes across.
BREAK = "\0"


def joined(content: str, attached: Iterable[tuple[str, str]]) -> str:
    """A message's own words, and its attachments by name and text, as one text to look in."""
    return BREAK.join([content, *(part for pair in attached for part in pair)])


@dataclass(frozen=True)
class Text:
    """A message's texts. `attached`: names and texts, as far as they were read; `complete`: whether all were."""

    role: str
    content: str
    attached: tuple[tuple[str, str], ...] = ()
    complete: bool = True

    @cached_property
    def folded(self) -> str:
        """All of it, as queries are compared with it."""
        return fold(compose(joined(self.content, self.attached)))

    def excerpt(self, query: Query) -> tuple[str | None, Excerpt]:
        """The part that shows why it was found, and the name of the attachment that it is from."""
        for name, text in self.attached:
            if not query.is_in(self.content) and (query.is_in(text) or query.is_in(name)):
                return name, excerpt(text, query, markdown=name.lower().endswith((".md", ".markdown")))
        return None, excerpt(self.content, query)
