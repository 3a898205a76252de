"""Fields that take JSON of the right type and nothing else: no "true" for true, no 5 for "5"."""

from typing import Any

from rest_framework import serializers


class Text(serializers.CharField):
    """A JSON string."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse what is not a string before it is made one."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Flag(serializers.BooleanField):
    """JSON true or false."""

    def to_internal_value(self, data: Any) -> bool:
        """Refuse the words and numbers that otherwise stand for true and false."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Whole(serializers.IntegerField):
    """A JSON integer."""

    def to_internal_value(self, data: Any) -> int:
        """Refuse strings, and true and false, which are integers to Python."""
        if type(data) is not int:
            self.fail("invalid")
        return int(super().to_internal_value(data))
