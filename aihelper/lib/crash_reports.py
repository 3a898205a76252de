"""What a report of a crash may show: Django's debug page, and the mails to administrators that can be switched on."""

from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class NamesOnly(SafeExceptionReporterFilter):
    """Django's filter, with the names of local variables and never their values.

    Between a form and a provider a key is in the variables of many functions, of libraries too, under any name; and the
    texts of chats are there as well. The traceback with its lines of code stays.
    """

    def get_traceback_frame_variables(self, request: HttpRequest, tb_frame: FrameType) -> Any:
        """Each name, with stars."""
        return [(name, self.cleansed_substitute) for name in tb_frame.f_locals]
