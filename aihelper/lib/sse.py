"""Server-sent events: how a frame stands on the wire (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

# A comment; keeps proxies that cut idle connections (usually after 60 s) from doing so.
HEARTBEAT = b": \n\n"
HEARTBEAT_SECONDS = 15.0

HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    # no-transform: a proxy that compresses would hold frames back.
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
)


def frame(data: bytes, event_id: int | None = None) -> bytes:
    """One event. `data` is JSON on one line; `event_id` is where a reconnecting client goes on."""
    if event_id is None:
        return b"data: %b\n\n" % data
    return b"id: %d\ndata: %b\n\n" % (event_id, data)
