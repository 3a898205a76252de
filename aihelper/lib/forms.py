"""Form fields that several administrations have."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

MAX_SUGGESTIONS = 8
MAX_SUGGESTION_CHARS = 200


class LinesField(forms.CharField):
    """A list of short texts, one per line."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines; what was typed stays as typed."""
        return "\n".join(str(line) for line in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Raises ValidationError for too many lines or too long ones."""
        lines = [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]
        if len(lines) > MAX_SUGGESTIONS:
            raise ValidationError(_("At most %(limit)d lines, please."), params={"limit": MAX_SUGGESTIONS})
        if any(len(line) > MAX_SUGGESTION_CHARS for line in lines):
            sentence = _("A line may have at most %(limit)d characters.")
            raise ValidationError(sentence, params={"limit": MAX_SUGGESTION_CHARS})
        return lines

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the lines, not the list with the text."""
        return super().has_changed(self.prepare_value(initial), self.prepare_value(data))
