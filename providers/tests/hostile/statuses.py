"""Hostile cases: statuses of HTTP, and what comes with them."""

from email.utils import formatdate

from providers.tests.hostile.case import CASES, KEY, Case, case, error
from providers.tests.hostile.server import Peer


def _status(name: str, expect: str, status: int, body: bytes = b"{}", headers: dict[str, str] | None = None) -> None:
    async def script(peer: Peer) -> None:
        await peer.status(status, body, headers)

    CASES[name] = Case(name, script, expect, text="")


_status("status_400", "bad_response", 400, error("bad request"))
_status("status_400_context", "context_too_long", 400, error("x", code="context_length_exceeded"))
_status("status_400_llama_context", "context_too_long", 400, error("the request exceeds the available context size"))
_status("status_400_content_filter", "content_refused", 400, error("x", code="content_filter"))
_status("status_400_list", "authentication_failed", 400, b"[" + error("API key not valid: invalid api key") + b"]")
_status("status_401", "authentication_failed", 401, error("Incorrect API key provided"))
_status("status_402", "rate_limited", 402, error("Insufficient Balance"))
_status("status_403", "authentication_failed", 403, error("no"))
_status("status_404", "upstream_model_not_found", 404, b"<html>Not Found</html>")
_status("status_404_model", "upstream_model_not_found", 404, error("The model `m` does not exist"))
_status("status_405", "bad_response", 405)
_status("status_408", "upstream_timeout", 408)
_status("status_413", "context_too_long", 413)
_status("status_422", "bad_response", 422, b'{"detail":[{"loc":["body","x"],"msg":"extra"}]}')
_status("status_429", "rate_limited", 429, error("slow down"))
_status("status_429_seconds", "rate_limited", 429, headers={"Retry-After": "7"})
_status("status_429_date", "rate_limited", 429, headers={"Retry-After": formatdate(4102444800, usegmt=True)})
_status("status_429_nonsense", "rate_limited", 429, headers={"Retry-After": "soon \x7f"})
_status("status_429_no_credit", "rate_limited", 429, error("x", code="insufficient_quota"))
_status("status_500", "upstream_unavailable", 500, b"Traceback: " + KEY.encode())
_status("status_502", "upstream_unavailable", 502, b"<html>Bad Gateway</html>")
_status("status_503", "upstream_unavailable", 503, headers={"Retry-After": "3"})
_status("status_504", "upstream_timeout", 504)
_status("status_529", "upstream_unavailable", 529, error("Overloaded", type="overloaded_error"))
_status("status_302", "bad_response", 302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})
_status("status_308_refresh", "bad_response", 308, headers={"Location": "/elsewhere", "Refresh": "0;url=/x"})
_status("status_204", "bad_response", 204)
_status("status_999", "upstream_unavailable", 999)
_status("error_body_deep", "bad_response", 400, b'{"error":' * 5000)


@case("bad_response")
async def error_body_endless(peer: Peer) -> None:
    await peer.send(b"HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n")
    while True:
        await peer.send(b"x" * 65536)
