"""All routes of Django's side. Event streams and the socket are routed beside it, in `aihelper.asgi`."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from aihelper import health, metrics

handler400 = "aihelper.api_errors.bad_request"
handler403 = "aihelper.api_errors.permission_denied"
handler404 = "aihelper.api_errors.page_not_found"
handler500 = "aihelper.api_errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health.live, name="health"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", metrics.prometheus, name="metrics"),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("providers.urls")),
    path("", include("chat.urls")),
]
