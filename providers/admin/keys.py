"""The keys inside a provider's form. They go in and never come out: nothing here renders a secret."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aihelper.lib.admin import TabularInline
from providers import addresses, keys, secrets, validators
from providers.keys import KeyChange
from providers.models import Provider, ProviderKey

if TYPE_CHECKING:
    KeyModelForm = forms.ModelForm[ProviderKey]
    KeyInlineFormSet = BaseInlineFormSet[ProviderKey, Provider, Any]
    PasswordWidget = forms.PasswordInput
else:
    from unfold.widgets import UnfoldAdminPasswordWidget as PasswordWidget

    KeyModelForm, KeyInlineFormSet = forms.ModelForm, BaseInlineFormSet

PREFIX = "keys"
# The fields that no crash report may hold.
SECRET_FIELDS = tuple(f"{PREFIX}-{number}-key" for number in range(keys.MAX_KEYS + 1))


class SecretInput(PasswordWidget):
    """A secret that is no password: typed without being seen, never sent back, and nothing for a browser to keep."""

    input_type = "text"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        hidden = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "class": "admin-secret"}
        super().__init__({**hidden, **(attrs or {})})


class ProviderKeyForm(KeyModelForm):
    """One key: what it is called, how often it is asked, and a field in which its secret can be entered."""

    key = forms.CharField(
        label=_("API key"),
        required=False,
        max_length=4096,
        widget=SecretInput({"aria-label": _("API key")}),
        validators=[validators.validate_api_key],
    )

    class Meta:
        model = ProviderKey
        fields = ("label", "weight", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "key" in self.fields:
            self.fields["key"].widget.attrs["placeholder"] = _("leave empty to keep it")

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if not key and not self.instance.pk and self.has_changed():
            raise ValidationError(keys.KEY_MISSING, code="key_missing")
        try:
            secrets.ring()
        except secrets.KeyRingError as error:
            if key:
                raise ValidationError(keys.KEY_RING_BROKEN, code="key_ring") from error
        return key

    def change(self) -> KeyChange:
        """What `services.save_provider` takes."""
        data = self.cleaned_data
        return KeyChange(self.instance.pk, data["key"] or None, data["label"], data["weight"], data["is_active"])


class ProviderKeyFormSet(KeyInlineFormSet):
    """All keys of a provider. It saves nothing itself: `services.save_provider` does, with the provider."""

    def clean(self) -> None:
        """Ask for each key again that would follow the provider to another server (security rule T-S1)."""
        super().clean()
        stored = Provider.objects.filter(pk=self.instance.pk).first() if self.instance.pk else None
        if stored is None or stored.origin == addresses.origin(self.instance.base_url):
            return
        for form in self.initial_forms:
            removed = self._is_removed(form)
            if form.instance.pk and not removed and not form.cleaned_data.get("key"):
                form.add_error("key", keys.KEY_REQUIRED)

    def _is_removed(self, form: Any) -> bool:
        return bool(self.can_delete and form.cleaned_data.get("DELETE"))

    def changes(self) -> list[KeyChange]:
        """What becomes of each key, and for Django's log which rows were touched."""
        self.new_objects, self.changed_objects, self.deleted_objects = [], [], []
        found: list[KeyChange] = []
        for form in self.forms:
            if self._is_removed(form):
                if form.instance.pk:
                    found.append(KeyChange(form.instance.pk, remove=True))
                    self.deleted_objects.append(form.instance)
            elif form.has_changed():
                found.append(form.change())
                if form.instance.pk:
                    self.changed_objects.append((form.instance, form.changed_data))
                else:
                    self.new_objects.append(form.instance)
        return found


class ProviderKeyInline(TabularInline[ProviderKey, Provider]):
    """A row for each key. Whoever may change the provider may change its keys."""

    model = ProviderKey
    form = ProviderKeyForm
    formset = ProviderKeyFormSet
    fields = ("label", "key", "show_end", "weight", "is_active", "show_state")
    readonly_fields = ("show_end", "show_state")
    max_num = keys.MAX_KEYS

    def get_extra(self, request: HttpRequest, obj: Provider | None = None, **kwargs: Any) -> int:
        """An empty row where there is no key yet."""
        return 0 if obj is not None and obj.has_key else 1

    def get_fields(self, request: HttpRequest, obj: Provider | None = None) -> Any:
        """No field for secrets for those who may only look, and no state of what is not there."""
        hidden = {"show_end", "show_state"} if obj is None else set()
        if not self.has_change_permission(request, obj):
            hidden = {"key"}
        return [name for name in self.fields if name not in hidden]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("providers.view_provider") or self.has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return request.user.has_perm("providers.add_provider")
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("providers.change_provider" if obj else "providers.add_provider")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    @admin.display(description=_("stored key"))
    def show_end(self, key: ProviderKey) -> str:
        if not key.pk:
            return "-"
        return gettext("ends with %(end)s") % {"end": key.key_last_four} if key.key_last_four else gettext("set")

    @admin.display(description=_("state"))
    def show_state(self, key: ProviderKey) -> str:
        if keys.is_pausing(key) and key.cooldown_until:
            until = timezone.localtime(key.cooldown_until).strftime("%H:%M:%S")
            return gettext("pauses until %(time)s (%(code)s)") % {"time": until, "code": key.last_error}
        return key.last_error or "-"
