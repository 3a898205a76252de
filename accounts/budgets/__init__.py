"""How much people may use: limits, what of them is taken, and what happens at the end.

Accounts knows no models and no chats: a model is its id as text, an answer is the key that its caller gives. The chat
reserves before it asks a provider (`ledger.reserve`) and settles with what it really cost (`ledger.settle`).
"""
