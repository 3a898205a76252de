"""The bodies of the accounts' routes. Each names its fields one by one; what else is sent is ignored."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api.preferences import MAX_KEY, MAX_KEYS, is_possible
from accounts.models import User
from accounts.validators import MAX_PASSWORD


def _password() -> serializers.CharField:
    # Blanks belong to a password: "a " is not "a".
    return serializers.CharField(max_length=MAX_PASSWORD, trim_whitespace=False, write_only=True)


class Credentials(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=User.MAX_USERNAME_KEY)
    password = _password()


class SigningIn(Credentials):
    # Only of who has to choose one (password_change_required).
    new_password = serializers.CharField(
        max_length=MAX_PASSWORD, trim_whitespace=False, write_only=True, required=False, allow_blank=True, default=""
    )


class Registration(Credentials):
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True, default="")


class PasswordChange(serializers.Serializer[Any]):
    current_password = _password()
    new_password = _password()


class AccountDeletion(serializers.Serializer[Any]):
    current_password = _password()


class Deleted(serializers.Serializer[Any]):
    message = serializers.CharField()


class Refresh(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=4096, write_only=True)


class AvatarUpload(serializers.Serializer[Any]):
    file = serializers.FileField(write_only=True, allow_empty_file=True)


class ProfileChange(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    locale = serializers.ChoiceField(
        choices=[code for code, _name in settings.LANGUAGES], required=False, allow_blank=True
    )
    preferences = serializers.DictField(required=False)

    def validate_preferences(self, value: dict[str, Any]) -> dict[str, Any]:
        """Names with what fits them (accounts.api.preferences); null takes a name away."""
        if len(value) > MAX_KEYS:
            raise serializers.ValidationError(_("These are too many preferences."))
        wrong = [name[:MAX_KEY] for name, setting in value.items() if not is_possible(name, setting)]
        if wrong:
            raise serializers.ValidationError({name: [_("This value is not possible here.")] for name in wrong})
        return value


class Done(serializers.Serializer[Any]):
    message = serializers.CharField()


class Registered(Done):
    user_id = serializers.IntegerField()
    pending = serializers.BooleanField(required=False)


class NewTokens(Done):
    access = serializers.CharField()
    refresh = serializers.CharField()


class SignedIn(NewTokens):
    user_id = serializers.IntegerField()


class Tokens(serializers.Serializer[Any]):
    access_token = serializers.CharField()
    token_type = serializers.CharField(default="bearer")
    access = serializers.CharField()
    refresh = serializers.CharField()


class Ticket(serializers.Serializer[Any]):
    ticket = serializers.CharField()
    expires_in = serializers.IntegerField()


class Avatar(serializers.Serializer[Any]):
    avatar = serializers.CharField(allow_null=True)


class PolicyOfGroups(serializers.Serializer[Any]):
    may_delete = serializers.BooleanField()
    may_be_read = serializers.BooleanField()
    notice = serializers.CharField()


class Profile(serializers.Serializer[Any]):
    """What /api/user/info tells. Other apps register further fields (accounts.profile)."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    email = serializers.CharField()
    avatar = serializers.CharField(allow_null=True)
    message_count = serializers.IntegerField()
    is_admin = serializers.BooleanField()
    locale = serializers.CharField()
    preferences = serializers.DictField()
    create_time = serializers.DateTimeField()
    quota = serializers.JSONField(allow_null=True)
    policy = PolicyOfGroups()
