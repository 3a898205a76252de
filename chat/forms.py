"""Forms of the chat's pages in Django admin."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from aihelper.lib.forms import LinesField
from chat.engine import words
from chat.models import BlockedWord, Role
from chat.models.moderation import BlockAction
from chat.services import text_files
from providers.models import ModelConfig
from providers.parameters import ParametersField

if TYPE_CHECKING:
    RoleFormBase = forms.ModelForm[Role]
    BlockedWordFormBase = forms.ModelForm[BlockedWord]
else:
    RoleFormBase = BlockedWordFormBase = forms.ModelForm


class RoleForm(RoleFormBase):
    """A role, its suggestions as lines and its model chosen from those that are offered."""

    suggestions = LinesField(label=_("Suggestions"), required=False, help_text=_("One per line, four look best."))
    suggestions_zh = LinesField(
        label=_("Suggestions (Chinese)"), required=False, help_text=_("One per line, four look best.")
    )
    parameters = ParametersField(
        help_text=_("Sent with each request, a line each, such as temperature = 0.7; they win over those of the model.")
    )

    class Meta:
        model = Role
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].help_text = _("Letters, digits and hyphens, such as homework-help: for programs.")
        self.fields["model_id"] = forms.ChoiceField(
            label=_("model"),
            required=False,
            choices=self._models,
            widget=UnfoldAdminSelectWidget,
            help_text=_("Used unless somebody chooses another one."),
        )

    def _models(self) -> list[tuple[str, Any]]:
        """The offered models, and the present one even when it is offered no more."""
        offered = ModelConfig.objects.offered().values_list("model_id", "model_name")
        choices = {model_id: f"{name} ({model_id})" for model_id, name in reversed(offered)}
        if (current := self.instance.model_id) and current not in choices:
            choices[current] = _("%(model)s (not offered)") % {"model": current}
        return [("", _("The default model")), *reversed(choices.items())]


class BlockedWordForm(BlockedWordFormBase):
    class Meta:
        model = BlockedWord
        fields = ("word", "action", "is_active")

    def clean_word(self) -> str:
        """Raises ValidationError for a word of invisible characters only, which would be found nowhere."""
        word = str(self.cleaned_data["word"]).strip()
        if not words.fold(word).strip():
            raise ValidationError(_("This word has no visible character."))
        return word


class WordListForm(forms.Form):
    """A list of words, pasted or as a file; `text` holds both when it is valid."""

    text = forms.CharField(label=_("words"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 10}))
    file = forms.FileField(
        label=_("or a text file"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".txt,.csv,text/plain"}),
    )
    action = forms.ChoiceField(
        label=_("action"), choices=BlockAction.choices, initial=BlockAction.BLOCK, widget=UnfoldAdminSelectWidget
    )

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for nothing at all, and for a file that is no text."""
        data = super().clean() or self.cleaned_data
        text = str(data.get("text") or "")
        if file := data.get("file"):
            try:
                text += "\n" + text_files.decode(file.read())
            except text_files.NotText as error:
                raise ValidationError({"file": _("This file is not a text.")}) from error
        if not text.strip() and "file" not in self.errors:
            raise ValidationError(_("Paste some words, or choose a file."))
        data["text"] = text.strip("\n")
        return data
