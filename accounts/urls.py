from django.urls import path

from accounts.api import announcements, audit, invitations, sign_in, sign_ins, site, user

urlpatterns = [
    path("api/register", sign_in.RegisterView.as_view(), name="register"),
    path("api/login", sign_in.LoginView.as_view(), name="login"),
    path("api/logout", sign_in.LogoutView.as_view(), name="logout"),
    path("api/token", sign_in.TokenView.as_view(), name="token"),
    path("api/token/refresh", sign_in.RefreshView.as_view(), name="token-refresh"),
    path("api/ws-ticket", sign_in.TicketView.as_view(), name="ws-ticket"),
    path("api/invitations/look", invitations.LookView.as_view(), name="invitation-look"),
    path("api/invitations/accept", invitations.AcceptView.as_view(), name="invitation-accept"),
    path("api/user", user.AccountView.as_view(), name="user"),
    path("api/user/info", user.InfoView.as_view(), name="user-info"),
    path("api/user/password", user.PasswordView.as_view(), name="user-password"),
    path("api/user/sign-ins", sign_ins.SignInsView.as_view(), name="user-sign-ins"),
    path("api/user/sign-ins/<int:sign_in_id>", sign_ins.SignInView.as_view(), name="user-sign-in"),
    path("api/user/audit", audit.AuditView.as_view(), name="user-audit"),
    path("api/announcements", announcements.AnnouncementsView.as_view(), name="announcements"),
    path(
        "api/announcements/<int:announcement_id>/dismiss",
        announcements.DismissView.as_view(),
        name="announcement-dismiss",
    ),
    path("api/user/avatar", user.AvatarView.as_view(), name="user-avatar"),
    path("media/avatars/<uuid:name>.webp", user.AvatarFileView.as_view(), name="avatar-file"),
    path("media/site/<uuid:name>.webp", site.LogoView.as_view(), name="site-logo"),
]
