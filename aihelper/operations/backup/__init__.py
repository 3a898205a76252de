"""Backups: one archive from any of our databases to any other (docs/operations.md describes the format).

tables    what of the database goes along, and what does not, and why
values    a row as a line of JSON, the same on every database, and back
schema    the migrations that an archive was made at
snapshot  the database as it was at one moment, while servers write on
media     the files of people
archive   the file: its manifest, its members, its verification
writing   database -> archive
restoring archive -> database, all or nothing
"""
