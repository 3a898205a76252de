"""Django admin with an upstream that is a function: the seam of ProviderAdmin, used by a subclass."""

from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
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
# Whom models are offered to; Django checks every site that there is, also in other tests of this process.
site.register(Group, GroupAdmin)

urlpatterns = [path("admin/", site.urls)]
