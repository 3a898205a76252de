"""The transports: event streams and the socket. They authorise, make one call, and write what the engine yields.

They stand beside Django, not inside it: Django's handler would hold one thread, and perhaps one database
connection, for every open stream (measured). What its middleware does is done in `request`.
"""
