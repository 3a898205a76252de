"""A small school as its administrator finds it on a Friday: what the administration's pictures show.

People with names in two languages, providers with real models, two months of use, and some of everything that an
administrator meets: a hold, an invitation, a budget that is nearly used up. Through the services wherever they let
one say when something was; rows.py makes artificial rows by the thousand instead. The same numbers each time.
"""

from django.db import transaction

from accounts.models import User
from aihelper.tests.administration.school import chats, offers, people, policies, use
from chat.engine import rollup


def fill(root: User) -> None:
    """Let the school of `root`, who becomes its administrator, come to be in an empty site."""
    with transaction.atomic():
        everybody = people.fill(root)
        models = offers.fill(everybody)
        chats.fill(everybody, models)
        use.fill(everybody, models)
        policies.fill(everybody)
    for _day in rollup.compute(rollup.due()):
        pass
