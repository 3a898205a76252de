"""`manage.py preflight`: what would stop an upgrade, found before it. Everything is read, nothing is written.

machine   versions, disk, the database's file and habits, backups
past      the models as the applied migrations leave them: those of the code may be newer than the tables
rows      what is in the tables
rules     what breaks the rules that the coming migrations make
"""
