"""Chat sessions, their messages, and the engine that writes the answers."""
