"""The engine: runs, their logs, and those who follow them. It knows no transport (docs/architecture.md)."""
