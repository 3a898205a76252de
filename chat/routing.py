"""What is served beside Django: event streams and the socket. `aihelper.asgi` puts them in front of its routes."""

from django.urls import path

from chat.consumers import routes
from chat.consumers.socket import ChatSocket

stream_patterns = [
    path("api/chat/stream", routes.send, name="chat-stream"),
    path("api/chat/generations/<str:generation_id>/events", routes.attach, name="generation-events"),
    path("api/chat/messages/<int:message_id>/regenerate", routes.regenerate, name="message-regenerate"),
    path("api/chat/messages/<int:message_id>/edit", routes.edit, name="message-edit"),
    path("api/chat/messages/<int:message_id>/continue", routes.continue_, name="message-continue"),
]

socket_patterns = [path("chat/ws", ChatSocket.as_asgi(), name="chat-socket")]
