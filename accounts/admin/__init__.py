"""Django admin of accounts: a module for each thing that administrators see."""

from accounts.admin import budgets, groups, sign_ins, site_settings, users

__all__ = ["budgets", "groups", "sign_ins", "site_settings", "users"]
