"""Browsers that want to hear when an answer is ready."""

import hashlib

import httpx
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from aihelper.lib import webpush
from aihelper.lib.addresses import Policy
from aihelper.lib.errors import AppError
from aihelper.lib.outbound import AddressNotAllowed
from chat.models import PushSubscription

# Of one person. A browser that was set up anew leaves its old one behind, until the push service disowns it.
MAX_SUBSCRIPTIONS = 20


@transaction.atomic
def subscribe(user: User, endpoint: str, p256dh: str, auth: str) -> None:
    """Remember a browser; one that somebody else had used before is this person's now.

    Raises AppError (invalid_subscription) for keys that are none, and for an address that no push service has.
    """
    check(endpoint, p256dh, auth)
    fields = {"user": user, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "failures": 0}
    PushSubscription.objects.update_or_create(endpoint_hash=digest(endpoint), defaults=fields)
    old = PushSubscription.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True)[MAX_SUBSCRIPTIONS:]
    PushSubscription.objects.filter(pk__in=list(old)).delete()


def unsubscribe(user: User, endpoint: str) -> None:
    """Forget a browser of this person; one that is not there is no error."""
    PushSubscription.objects.filter(user=user, endpoint_hash=digest(endpoint)).delete()


def check(endpoint: str, p256dh: str, auth: str) -> None:
    """Refuse what no browser says. What a name leads to is judged again when it is dialled (aihelper.lib.net)."""
    try:
        url = httpx.URL(endpoint)
        host = f"{url.host}:{url.port}"
        if url.scheme != "https" and host not in settings.PUSH_PRIVATE_HOSTS:
            raise ValueError("not https")
        Policy.of(settings.PUSH_PRIVATE_HOSTS).check_url(url)
        webpush.check_keys(p256dh, auth)
    except (ValueError, httpx.InvalidURL, AddressNotAllowed) as error:
        raise AppError(_("This browser's subscription cannot be used."), code="invalid_subscription") from error


def digest(endpoint: str) -> str:
    """What an endpoint is found by: it may be longer than an index takes."""
    return hashlib.sha256(endpoint.encode("utf-8", "surrogatepass")).hexdigest()
