"""Conversations as files: JSON with all branches, Markdown and HTML of the branch on show, many as a ZIP.

docs/export.md describes the formats.
"""
