"""Conversations made at once, straight in the database of a site: nobody talks 2,000 times for a test.

`conversation` runs this module in the environment of the site; it reads a JSON object from its input and
prints the session's id.
"""

import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aihelper.tests.e2e.site import Site


def conversation(site: "Site", username: str, title: str, texts: list[str]) -> str:
    """A conversation of this person, `texts` being said in turn by them and by a model. Gives its session_id."""
    order = json.dumps({"username": username, "title": title, "texts": texts})
    return site.python("-m", __name__, text=order).strip()


def main(order: dict[str, object]) -> str:
    """Write the rows."""
    import django

    from aihelper.lib import environment

    environment.prepare()
    django.setup()
    from django.contrib.auth import get_user_model
    from django.db import transaction

    from chat.models import Message, Session

    texts = order["texts"]
    assert isinstance(texts, list)
    with transaction.atomic():
        user = get_user_model().objects.get(username=order["username"])
        session = Session.objects.create(user=user, title=str(order["title"]), title_is_manual=True)
        rows = [
            Message(
                session=session,
                user=user,
                seq=seq,
                role="assistant" if seq % 2 == 0 else "user",
                content=text,
                finish_reason="stop" if seq % 2 == 0 else "",
                model_id="swift" if seq % 2 == 0 else "",
            )
            for seq, text in enumerate(texts, 1)
        ]
        Message.objects.bulk_create(rows, batch_size=200)
        for before, row in zip(rows, rows[1:], strict=False):
            row.parent = before
        Message.objects.bulk_update(rows[1:], ["parent"], batch_size=100)
        session.current_message = rows[-1]
        session.last_seq = len(rows)
        session.save()
    return str(session.session_id)


if __name__ == "__main__":
    print(main(json.load(sys.stdin)))
