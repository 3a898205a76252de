"""The ASGI application: the socket and the event streams, the demo provider, and Django for everything else.

Servers with a lifespan (uvicorn) start the engine and drain it here; for Daphne, which has none,
`manage.py up` does both.
"""

import os
from typing import Any

from aihelper.lib import environment

environment.prepare()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aihelper.settings")

from django.core.asgi import get_asgi_application  # noqa: E402 - Django must be set up before apps are imported

django_application = get_asgi_application()

from channels.routing import URLRouter  # noqa: E402
from django.urls import re_path  # noqa: E402

from aihelper.body_guard import BodyGuard  # noqa: E402
from aihelper.lib import db, net  # noqa: E402
from chat.engine import supervisor  # noqa: E402
from chat.routing import application_of, socket_patterns, stream_patterns  # noqa: E402
from providers import demo  # noqa: E402

Scope = dict[str, Any]


async def _refuse_socket(scope: Scope, receive: Any, send: Any) -> None:
    """Answer a handshake at an address that has no socket."""
    await receive()
    await send({"type": "websocket.close", "code": 4404})


http = BodyGuard(
    URLRouter(
        [
            *stream_patterns,
            re_path(r"^demo/v1/", application_of(demo.application)),
            re_path(r"", application_of(django_application)),
        ]
    )
)
preflight = BodyGuard(django_application)
websocket = URLRouter([*socket_patterns, re_path(r"", application_of(_refuse_socket))])


async def application(scope: Scope, receive: Any, send: Any) -> None:
    """Serve one connection. The first one starts the engine, so that recovery does not wait for a lifespan."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    supervisor.current().ensure_started()
    if scope["type"] == "websocket":
        await websocket(scope, receive, send)
    elif scope["method"] == "OPTIONS":
        # A preflight from another trusted origin: the CORS middleware answers it, for streams as well.
        await preflight(scope, receive, send)
    else:
        await http(scope, receive, send)


async def startup() -> None:
    """Start the engine with the server: dead runs are looked for at once."""
    supervisor.current().ensure_started()


async def shutdown() -> None:
    """Let running answers end or be interrupted with all their text, then let go of connections."""
    await supervisor.current().drain()
    await supervisor.current().close()
    await net.close_clients()
    db.close_all()


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await startup()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await shutdown()
            await send({"type": "lifespan.shutdown.complete"})
            return
