"""Legal hold: nothing of the people, groups or single chats that are under one is destroyed.

`models` are the tables, written once and for good; `rules` says who is held, and is asked by whatever destroys
anything; `change` begins and ends holds.
"""
