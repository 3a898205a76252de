"""Django admin of accounts: a module for each thing that administrators see."""

from accounts.admin import announcements, audit, budgets, groups, invitations, sign_ins, site_settings, users

__all__ = ["announcements", "audit", "budgets", "groups", "invitations", "sign_ins", "site_settings", "users"]
