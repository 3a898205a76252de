"""The built-in demo provider: an OpenAI-compatible endpoint of the app itself, for a start without any real model.

`application` is mounted at /demo/v1. Its models come in through the same door as any other provider's: over HTTP,
through the OpenAI dialect, with `token()` as the key.
"""

from providers.demo.application import application, token

__all__ = ["application", "token"]
