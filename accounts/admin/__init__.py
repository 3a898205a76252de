"""Django admin of accounts: a module for each thing that administrators see."""

from accounts.admin import audit, budgets, groups, sign_ins, site_settings, users

__all__ = ["audit", "budgets", "groups", "sign_ins", "site_settings", "users"]
