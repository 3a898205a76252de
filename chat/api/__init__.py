"""The chat's REST routes: what does not stream."""
