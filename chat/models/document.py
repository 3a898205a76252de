"""Documents: texts that people attach to what they write."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.session import new_uuid


class Document(models.Model):
    """A text that was uploaded or pasted. Messages refer to it; an edited question refers to the same one.

    One that no message and no draft refers to was given up and is removed after a while.
    """

    document_id = models.CharField(_("id"), max_length=36, unique=True, default=new_uuid, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="documents", verbose_name=_("user"))
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("bytes"))
    chars = models.PositiveIntegerField(_("characters"))
    sha256 = models.CharField(max_length=64, editable=False)
    content = models.TextField(_("text"))
    create_time = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        db_table = "chat_documents"
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = (
            models.Index(fields=("user", "create_time"), name="document_by_time"),
            # The order of the administration's list and what it is filtered by: without reading the texts.
            models.Index(fields=("create_time",), name="document_by_age"),
            models.Index(fields=("media_type", "create_time"), name="document_by_type"),
        )

    def __str__(self) -> str:
        return self.document_id
