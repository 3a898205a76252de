"""The roles that a person has made."""

from accounts.models import User
from aihelper.lib.errors import NotFound
from chat.models import Role


def own_role(user: User, slug: object) -> Role:
    """The person's own role. Raises NotFound, also for one of everybody's."""
    found = Role.objects.filter(owner=user, slug=str(slug)).first()
    if found is None:
        raise NotFound
    return found
