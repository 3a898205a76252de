"""The application's errors. Each carries its decision: the HTTP status, a code for programs, a sentence for people.

    AppError (400 invalid)
      NotSignedIn (401 not_authenticated)
      Forbidden (403 permission_denied)
      NotFound (404 not_found)         a foreign id answers exactly like an unknown one (invariant I5)
      Conflict (409 conflict)
      TooLarge (413 too_large)
      TooManyRequests (429 throttled)  carries retry_after in seconds
      InternalError (500 server_error)
      Unavailable (503 unavailable)    carries retry_after in seconds

The HTTP shape is made in one place, `aihelper.api_errors`; sockets and event streams use `as_json` too.
"""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class AppError(Exception):
    """Something that the caller can understand and act on; its sentence is shown to people."""

    status: ClassVar[int] = 400
    code: str = "invalid"
    sentence: ClassVar[str | Promise] = _("The request is not valid. Please check what you entered.")

    def __init__(self, detail: str | Promise | None = None, *, code: str | None = None, **extra: Any) -> None:
        """Take the sentence (or the class's own), a more exact code, and further JSON fields."""
        self.detail = detail if detail is not None else self.sentence
        if code is not None:
            self.code = code
        self.extra = extra
        super().__init__(str(self.detail))

    def as_json(self) -> dict[str, Any]:
        """The one error shape of the API: detail, code and what else the error says."""
        return {"detail": str(self.detail), "code": self.code, **self.extra}


class NotSignedIn(AppError):
    status = 401
    code = "not_authenticated"
    sentence = _("Please sign in first.")


class Forbidden(AppError):
    status = 403
    code = "permission_denied"
    sentence = _("You are not allowed to do this.")


class NotFound(AppError):
    status = 404
    code = "not_found"
    sentence = _("This does not exist, or it is not yours.")


class Conflict(AppError):
    status = 409
    code = "conflict"
    sentence = _("This was changed in the meantime. Please reload and try again.")


class TooLarge(AppError):
    status = 413
    code = "too_large"
    sentence = _("This is too large.")


class TooManyRequests(AppError):
    status = 429
    code = "throttled"
    sentence = _("Too many requests. Please wait a moment and try again.")

    def __init__(self, detail: str | Promise | None = None, *, retry_after: int, **extra: Any) -> None:
        """`retry_after`: whole seconds until it is worth trying again."""
        super().__init__(detail, retry_after=retry_after, **extra)


class InternalError(AppError):
    status = 500
    code = "server_error"
    sentence = _("Something went wrong on the server. It has been written to the log.")


class Unavailable(AppError):
    status = 503
    code = "unavailable"
    sentence = _("The service is not available at the moment. Please try again shortly.")

    def __init__(self, detail: str | Promise | None = None, *, retry_after: int = 5, **extra: Any) -> None:
        """`retry_after`: whole seconds until it is worth trying again."""
        super().__init__(detail, retry_after=retry_after, **extra)
