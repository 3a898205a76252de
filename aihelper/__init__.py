"""AI Helper: a self-hosted AI chat."""
