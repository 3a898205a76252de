"""The live list as an event stream, for networks that let no socket through: what the socket says unasked.

It is no answer: it has no offsets, holds nothing back for a client that was away, and ends with the sign-in. Whoever
opens it fetches what may have been missed, as after a new socket.
"""

from aihelper.lib import sse
from chat import events
from chat.consumers.changes import Changes
from chat.consumers.request import StreamRequest
from chat.consumers.response import Response
from chat.consumers.stream import EventStream

# Of one person in one process: a browser opens six connections to a host, and a tab out of sight lets go of its own.
MAX_STREAMS = 12


class LiveStream(EventStream[Changes]):
    """An ASGI application for one route, like its parent; what it follows is the person's feed."""

    async def write(self, followed: Changes, response: Response) -> None:
        """Write what changes, until cancelled."""
        await response.begin()
        await response.write(sse.frame(events.encode({"type": "system", "message": "connected"})))
        async for event in followed:
            await response.write(sse.frame(events.encode(event)))


async def _live(request: StreamRequest) -> Changes:
    return Changes()


live = LiveStream(most=MAX_STREAMS, note=Changes.note, GET=_live)
