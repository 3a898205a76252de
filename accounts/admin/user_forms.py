"""The forms of people in Django admin, and its own door."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User, username_key
from aihelper.lib.errors import AppError

if TYPE_CHECKING:
    from django.contrib.admin.forms import AdminAuthenticationForm as LoginFormBase
    from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

    NewUserBase = AdminUserCreationForm[User]
    UserFormBase = UserChangeForm[User]
else:
    from unfold.forms import AuthenticationForm as LoginFormBase
    from unfold.forms import UserChangeForm as UserFormBase
    from unfold.forms import UserCreationForm as NewUserBase


class SignInForm(LoginFormBase):
    """Django admin's own door: the same limits as the API's, told in a sentence."""

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError, also when there were too many tries."""
        try:
            return super().clean()
        except AppError as error:
            raise ValidationError(str(error.detail), code=error.code) from error


admin.site.login_form = SignInForm


class NewUserForm(NewUserBase):
    """Adds a user, whose name must differ from all others in more than case or width."""

    class Meta:
        model = User
        fields = ("username", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name: Any = self.fields["username"].widget
        # The page's script puts the cursor there; twice is what browsers complain of.
        name.attrs = {**name.attrs, "autocomplete": "username"}
        name.attrs.pop("autofocus", None)
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        choice: Any = self.fields["usable_password"]
        choice.label, choice.help_text = _("Password"), ""
        choice.choices = choice.widget.choices = [
            ("true", _("Set one now")),
            ("false", _("None yet: afterwards, make a link by which the person chooses one")),
        ]
        self.fields["password1"].label = _("The password")
        self.fields["password2"].label = _("Once more")

    def clean_username(self) -> str:
        """Raises ValidationError for a name that is taken in another spelling."""
        return _free_name(self.cleaned_data["username"], 0)


class UserForm(UserFormBase):
    """Changes a user."""

    class Meta:
        model = User
        fields = "__all__"

    def clean_username(self) -> str:
        """Raises ValidationError for a name that is taken in another spelling."""
        return _free_name(self.cleaned_data["username"], self.instance.pk or 0)


def _free_name(username: str, pk: int) -> str:
    if User.objects.filter(username_key=username_key(username)).exclude(pk=pk).exists():
        raise ValidationError(_("This name is taken. Please choose another one."))
    return username
