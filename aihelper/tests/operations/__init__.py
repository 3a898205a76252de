"""Backups, and looking whether all is well."""
