"""Django admin with an upstream that is a function: the seam of ProviderAdmin, used by a subclass."""

from django.urls import path
from unfold.sites import UnfoldAdminSite

from providers.admin import ModelConfigAdmin, ProviderAdmin
from providers.models import ModelConfig, Provider
from providers.tests.support import Upstream, failing

upstream = Upstream(failing(500).handler)


class TestedProviderAdmin(ProviderAdmin):
    client_factory = upstream


site = UnfoldAdminSite(name="admin")
site.register(Provider, TestedProviderAdmin)
site.register(ModelConfig, ModelConfigAdmin)

urlpatterns = [path("admin/", site.urls)]
