"""GET /metrics: the numbers of all processes for Prometheus, for whoever has the token."""

from secrets import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from aihelper.api_errors import json_error
from aihelper.lib import metrics
from aihelper.lib.db import run_db
from aihelper.lib.errors import NotSignedIn
from chat.engine import meters, supervisor


@require_safe
async def prometheus(request: HttpRequest) -> HttpResponse:
    """Answer 404 while it is switched off, 401 without the token. One query, in the engine's own threads."""
    if not meters.is_on():
        raise Http404
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode()):
        refusal = json_error(NotSignedIn.status, str(NotSignedIn.sentence), NotSignedIn.code)
        refusal["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return refusal
    engine = supervisor.current()
    meters.look(engine)
    body = await run_db(meters.text, engine.owner)
    return HttpResponse(body, content_type=metrics.CONTENT_TYPE, headers={"Cache-Control": "no-store"})
