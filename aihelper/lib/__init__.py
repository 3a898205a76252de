"""Small helpers without models. Nothing here imports an app."""
