"""Faults, brought about for real: servers are killed, providers misbehave, and nothing may be lost."""
