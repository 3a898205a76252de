"""`manage.py doctor`: what is looked at in an installation that runs.

server   settings, folders, Redis, the page, static files, disk
data     the database and what is in it
"""
