from django.urls import path

from chat import pages
from chat.api import messages, roles, sessions

urlpatterns = [
    path("", pages.shell, name="page"),
    path("login", pages.shell, name="page-login"),
    path("register", pages.shell, name="page-register"),
    path("c/<str:session_id>", pages.shell, name="page-chat"),
    path("api/roles", roles.RolesView.as_view(), name="roles"),
    path("api/chat/start", sessions.StartView.as_view(), name="chat-start"),
    path("api/chat/sessions", sessions.SessionsView.as_view(), name="chat-sessions"),
    path("api/chat/history", sessions.HistoryView.as_view(), name="chat-history"),
    path("api/chat/history/time-range", sessions.PeriodView.as_view(), name="chat-time-range"),
    path("api/chat/history/date-range", sessions.PeriodView.as_view(), name="chat-date-range"),
    path("api/chat/history/<str:session_id>", sessions.ClearView.as_view(), name="chat-clear"),
    path("api/chat/session/<str:session_id>", sessions.SessionView.as_view(), name="chat-session"),
    path("api/chat/session/<str:session_id>/branch", sessions.BranchView.as_view(), name="chat-branch"),
    path("api/chat/messages/<str:message_id>/rating", messages.RatingView.as_view(), name="message-rating"),
    path("api/chat/generations/<str:generation_id>/stop", messages.StopView.as_view(), name="generation-stop"),
]
