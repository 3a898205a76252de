"""Conversations from elsewhere: files of ChatGPT, Claude, Open WebUI, LibreChat and our own, as one neutral tree.

Pure: it knows no Django and stores nothing. One module for each format; `read` finds out which one it is.
What is in these files is somebody else's: nothing here trusts a type, a link or a length. Formats: docs/import.md.
"""
