"""What is served beside Django: event streams and the socket. `aihelper.asgi` puts them in front of its routes."""

from typing import Any

from django.urls import path

from chat.consumers import download, live, routes
from chat.consumers.socket import ChatSocket


def application_of(application: object) -> Any:
    """An ASGI application where Django's `path` is typed for views; Channels' router calls what it finds."""
    return application


stream_patterns = [
    path("api/live", application_of(live.live), name="live"),
    path("api/chat/export", application_of(download.chats), name="chat-export"),
    path("api/user/export", application_of(download.everything), name="user-export"),
    path("api/usage/export", application_of(download.usage), name="usage-export"),
    path("api/chat/stream", application_of(routes.send), name="chat-stream"),
    path("api/chat/generations/<str:generation_id>/events", application_of(routes.attach), name="generation-events"),
    path("api/chat/messages/<int:message_id>/regenerate", application_of(routes.regenerate), name="message-regenerate"),
    path("api/chat/messages/<int:message_id>/edit", application_of(routes.edit), name="message-edit"),
    path("api/chat/messages/<int:message_id>/continue", application_of(routes.continue_), name="message-continue"),
]

socket_patterns = [path("chat/ws", ChatSocket.as_asgi(), name="chat-socket")]
