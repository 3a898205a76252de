"""What the code under test says: answers, streams, sockets, log lines, output, exceptions, reports of crashes."""

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from aihelper.tests.canary.guard.guard import Guard, Place
from aihelper.tests.canary.guard.replacing import Function, replace

# The headers by which a browser is given what is its own.
OWN_HEADERS = {"set-cookie"}


def listen(guard: Guard) -> None:
    """Hear all of it, from now on."""
    _answers(guard)
    _streams(guard)
    _beside_django(guard)
    _logs(guard)
    _output(guard)
    _exceptions(guard)
    _crashes(guard)


def _answers(guard: Guard) -> None:
    """Of Django's handlers, which all test clients and servers call."""
    from django.core.handlers.base import BaseHandler

    def note(request: Any, response: Any) -> Any:
        where = f"{request.method} {request.path}"
        headers = [f"{name}: {value}" for name, value in response.items() if name.lower() not in OWN_HEADERS]
        guard.say(where, "\n".join(headers))
        if response.streaming:
            response._heard_at = where
        else:
            guard.say(where, response.content)
        return response

    def sync(plain: Function) -> Function:
        def get_response(handler: BaseHandler, request: Any) -> Any:
            return note(request, plain(handler, request))

        return get_response

    def asynchronous(plain: Function) -> Function:
        async def get_response_async(handler: BaseHandler, request: Any) -> Any:
            return note(request, await plain(handler, request))

        return get_response_async

    replace(BaseHandler, "get_response", sync)
    replace(BaseHandler, "get_response_async", asynchronous)


def _streams(guard: Guard) -> None:
    """The pieces of streamed answers, as they are read."""
    from django.http.response import StreamingHttpResponse

    def heard(place: Place, parts: Iterator[bytes]) -> Iterator[bytes]:
        for part in parts:
            guard.say(place, part)
            yield part

    async def heard_async(place: Place, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for part in parts:
            guard.say(place, part)
            yield part

    def content(plain: Any) -> Any:
        def read(response: Any) -> Any:
            place = Place(getattr(response, "_heard_at", "a stream"))
            return (heard_async if response.is_async else heard)(place, plain.fget(response))

        return property(read, plain.fset)

    replace(StreamingHttpResponse, "streaming_content", content)


def _beside_django(guard: Guard) -> None:
    """Event streams, sockets and downloads: ASGI applications that are routed beside Django."""
    from channels.routing import URLRouter

    def routed(plain: Function) -> Function:
        async def call(router: URLRouter, scope: dict[str, Any], receive: Function, send: Function) -> None:
            place = Place(f"{scope.get('method', 'socket')} {scope.get('path', '')}")

            async def heard(message: dict[str, Any]) -> None:
                for name, value in message.get("headers") or ():
                    if name.decode("latin-1").lower() not in OWN_HEADERS:
                        guard.say(place.where, value)
                for part in ("body", "text", "bytes", "reason"):
                    guard.say(place, message.get(part) or b"")
                await send(message)

            await plain(router, scope, receive, heard)

        return call

    replace(URLRouter, "__call__", routed)


def _logs(guard: Guard) -> None:
    """Every line that is written, after our chain has taken out what it knows."""
    from structlog.stdlib import ProcessorFormatter

    def formatted(plain: Function) -> Function:
        def write(formatter: ProcessorFormatter, record: Any) -> str:
            line: str = plain(formatter, record)
            guard.say(f"log line of {record.name}", line)
            return line

        return write

    replace(ProcessorFormatter, "format", formatted)


def _output(guard: Guard) -> None:
    """What commands print, wherever to, and what a test takes out of the capture for itself."""
    from django.core.management.base import OutputWrapper

    def written(plain: Function) -> Function:
        def write(wrapper: OutputWrapper, message: Any = "", *arguments: Any, **more: Any) -> Any:
            guard.say("output of a command", str(message))
            return plain(wrapper, message, *arguments, **more)

        return write

    def captured(plain: Function) -> Function:
        def read(fixture: Any) -> Any:
            result = plain(fixture)
            for text in result:
                guard.say("captured output", text)
            return result

        return read

    replace(OutputWrapper, "write", written)
    replace(pytest.CaptureFixture, "readouterr", captured)


def _exceptions(guard: Guard) -> None:
    """What an exception says that a test expects, with those that it would be shown with."""

    def left(plain: Function) -> Function:
        def leave(raises: Any, kind: Any, error: BaseException | None, traceback: Any) -> Any:
            shown = error
            while shown is not None:
                notes = getattr(shown, "__notes__", "")
                guard.say(f"exception {type(shown).__name__}", f"{shown!s} {shown!r} {notes}")
                shown = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)
            return plain(raises, kind, error, traceback)

        return leave

    replace(pytest.RaisesExc, "__exit__", left)


def _crashes(guard: Guard) -> None:
    """Django's page about an exception that no view has caught: what DEBUG shows, and mails to administrators hold."""
    from django.core.signals import got_request_exception
    from django.views.debug import get_exception_reporter_class

    def report(request: Any = None, **_more: Any) -> None:
        if request is not None:
            reporter: Any = get_exception_reporter_class(request)
            page = reporter(request, *sys.exc_info()).get_traceback_html()
            guard.say(f"report of a crash at {request.method} {request.path}", page)

    got_request_exception.connect(report, weak=False)
