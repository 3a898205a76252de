"""The chat in Django admin. An administrator sees who used what and when, not what people wrote.

So messages have no page here, and titles and previews, which are made from messages, are not shown.
"""

from chat.admin import (
    documents,
    folders,
    generations,
    holds,
    imports,
    prompts,
    ratings,
    roles,
    sessions,
    shares,
    usage,
    words,
)

__all__ = [
    "documents",
    "folders",
    "generations",
    "holds",
    "imports",
    "prompts",
    "ratings",
    "roles",
    "sessions",
    "shares",
    "usage",
    "words",
]
