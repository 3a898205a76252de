from django.urls import path

from providers.api.views import ModelsView

urlpatterns = [
    path("api/models", ModelsView.as_view(), name="models"),
]
