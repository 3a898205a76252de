"""Groups of people."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group

from aihelper.lib.admin import ModelAdmin

if TYPE_CHECKING:
    GroupAdminBase = DjangoGroupAdmin
else:

    class GroupAdminBase(DjangoGroupAdmin, ModelAdmin):
        """Django's page of groups in our theme."""


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(GroupAdminBase):
    """Groups of people, in our theme."""
