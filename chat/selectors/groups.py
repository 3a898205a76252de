"""What administrators offer to some groups only."""

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from chat.models import Prompt, Role


def offered_to(user: User, model: type[Role] | type[Prompt]) -> Q:
    """The rows for everybody: without an owner, and without groups or with one of the person's. No row comes twice."""
    links = model.groups.through._default_manager.filter(**{model._meta.model_name or "": OuterRef("pk")})
    return Q(owner=None) & (~Q(Exists(links)) | Q(Exists(links.filter(group__user=user))))
