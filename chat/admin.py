"""The chat in Django admin. An administrator sees who used what and when, not what people wrote.

So messages have no page here, and titles and previews, which are made from messages, are not shown.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from aihelper.lib.admin import ModelAdmin, ReadOnlyAdmin
from chat.forms import BlockedWordForm, RoleForm
from chat.models import (
    BlockedWord,
    Document,
    Folder,
    Generation,
    Message,
    Prompt,
    RatedAnswer,
    Role,
    Session,
    Share,
    UsageRecord,
)
from providers.models import ModelConfig, Provider


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin[Session]):
    """When, with which model and role, how much: nothing of what was said."""

    list_display = ("session_id", "user", "model_id", "role", "messages", "archived", "deleted_at", "update_time")
    list_filter = ("archived", ("deleted_at", admin.EmptyFieldListFilter), "update_time")
    list_select_related = ("user", "role")
    search_fields = ("=session_id", "^user__username")
    search_help_text = _("The id of a session, or the beginning of a username.")
    ordering = ("-update_time", "-pk")
    fields = (
        "session_id", "user", "model_id", "role", "messages", "pinned", "archived", "deleted_at", "create_time",
        "update_time",
    )  # fmt: skip
    readonly_fields = ("session_id", "messages", "create_time")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        """Add the number of messages: a subquery, so that only the rows of the page are counted."""
        counted = Message.objects.filter(session=OuterRef("pk")).order_by().values("session")
        number = Subquery(counted.annotate(number=Count("pk")).values("number"), output_field=IntegerField())
        rows: QuerySet[Session] = super().get_queryset(request)
        return rows.annotate(message_total=Coalesce(number, 0))

    @admin.display(description=_("messages"))
    def messages(self, session: Session) -> int:
        """How many messages it has, on all branches."""
        return int(getattr(session, "message_total", 0))


@admin.register(Folder)
class FolderAdmin(ReadOnlyAdmin[Folder]):
    """How many folders people have, and how much is in them; their names are private."""

    list_display = ("folder_id", "user", "sessions", "create_time")
    list_select_related = ("user",)
    search_fields = ("=folder_id", "^user__username")
    search_help_text = _("The id of a folder, or the beginning of a username.")
    ordering = ("-pk",)
    fields = ("folder_id", "user", "sessions", "create_time")
    readonly_fields = ("folder_id", "sessions", "create_time")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Folder]:
        """Add the number of sessions, with those in the archive and in the trash."""
        rows: QuerySet[Folder] = super().get_queryset(request)
        return rows.annotate(session_total=Count("sessions"))

    @admin.display(description=_("sessions"))
    def sessions(self, folder: Folder) -> int:
        """How many sessions are in it."""
        return int(getattr(folder, "session_total", 0))


@admin.register(Generation)
class GenerationAdmin(ReadOnlyAdmin[Generation]):
    """What is being written, what failed and why."""

    list_display = ("id", "user", "model_id", "state", "error_code", "attempts", "owner", "create_time", "end_time")
    list_filter = ("state", "create_time")
    search_fields = ("=id", "^user__username", "=error_code")
    search_help_text = _("The id of a generation, the beginning of a username, or an error code.")
    ordering = ("-create_time",)
    fields = (
        "id", "user", "model_id", "kind", "state", "error_code", "attempts", "owner", "heartbeat_at",
        "stop_requested_at", "offset", "create_time", "end_time",
    )  # fmt: skip
    readonly_fields = ("id", "model_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Generation]:
        """With the person and the message's model, without the message's text."""
        rows = super().get_queryset(request).select_related("user", "message")
        return rows.defer("segments", "message__content", "message__reasoning")

    @admin.display(description=_("model"), ordering="message__model_id")
    def model_id(self, generation: Generation) -> str:
        """The model that was asked."""
        return generation.message.model_id


@admin.register(Share)
class ShareAdmin(ReadOnlyAdmin[Share]):
    """Who has opened which link to whom, and how often it was read: not what it shows. Deleting one revokes it."""

    list_display = ("pk", "user", "audience", "message_count", "views", "show_name", "create_time", "update_time")
    list_filter = ("audience", "create_time")
    list_select_related = ("user",)
    search_fields = ("^user__username",)
    search_help_text = _("The beginning of a username.")
    ordering = ("-pk",)
    fields = (
        "user", "session", "audience", "message_count", "views", "show_name", "show_reasoning", "create_time",
        "update_time",
    )  # fmt: skip
    readonly_fields = ("create_time",)
    # None hides even the deletion of many at once; here that is what an administrator comes for.
    actions: Any = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Share]:
        """Without what the links show."""
        rows: QuerySet[Share] = super().get_queryset(request)
        return rows.defer("snapshot", "title")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may delete links may revoke anybody's."""
        return bool(request.user.has_perm("chat.delete_share"))


class ModelFilter(admin.SimpleListFilter):
    """By model: the names come from the models, not from a walk over the whole ledger."""

    title = _("model")
    parameter_name = "model_id"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All models that there are."""
        ids = ModelConfig.objects.order_by("model_id").values_list("model_id", flat=True).distinct()
        return [(model_id, model_id) for model_id in ids]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The records of that model."""
        return queryset.filter(model_id=self.value()) if self.value() else queryset


class ProviderFilter(admin.SimpleListFilter):
    """By provider, likewise."""

    title = _("provider")
    parameter_name = "provider_name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All providers that there are."""
        return [(name, name) for name in Provider.objects.order_by("name").values_list("name", flat=True)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The records of that provider."""
        return queryset.filter(provider_name=self.value()) if self.value() else queryset


class RatingFilter(admin.SimpleListFilter):
    """Good or bad."""

    title = _("rating")
    parameter_name = "rating"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The two."""
        return [("1", _("good")), ("-1", _("bad"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The answers rated so."""
        return queryset.filter(rating=self.value()) if self.value() in {"1", "-1"} else queryset


@admin.register(RatedAnswer)
class RatedAnswerAdmin(ReadOnlyAdmin[RatedAnswer]):
    """What people think of the answers, counted by model: the rating with its reason and comment, no word of the chat.

    The page tells people so where they rate.
    """

    list_display = ("create_time", "user", "model_id", "provider_name", "good", "rating_reason", "rating_comment")
    list_filter = (RatingFilter, ModelFilter, "rating_reason", "create_time")
    show_facets = admin.ShowFacets.ALWAYS
    list_select_related = ("user",)
    search_fields = ("^user__username", "=model_id")
    search_help_text = _("The beginning of a username, or the id of a model.")
    ordering = ("-pk",)
    fields = (
        "create_time", "user", "model_id", "provider_name", "good", "rating_reason", "rating_comment", "status",
        "prompt_tokens", "completion_tokens", "duration_ms",
    )  # fmt: skip
    readonly_fields = ("good",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RatedAnswer]:
        """The answers that somebody has rated, without their texts."""
        rows: QuerySet[RatedAnswer] = super().get_queryset(request)
        return rows.filter(rating__isnull=False).defer("content", "reasoning")

    @admin.display(description=_("rating"), boolean=True, ordering="rating")
    def good(self, answer: RatedAnswer) -> bool:
        """Whether it was found good."""
        return answer.rating == 1


@admin.register(UsageRecord)
class UsageRecordAdmin(ReadOnlyAdmin[UsageRecord]):
    """The ledger: every call to a provider, who made it and what it cost."""

    list_display = (
        "create_time", "username", "kind", "model_id", "provider_name", "state", "prompt_tokens", "completion_tokens",
        "cost", "currency", "duration_ms",
    )  # fmt: skip
    list_filter = ("create_time", "kind", "state", ModelFilter, ProviderFilter)
    search_fields = ("^username", "=model_id")
    search_help_text = _("The beginning of a username, or the id of a model.")
    # As they were written; the ledger has no index by time alone.
    ordering = ("-pk",)


@admin.register(Role)
class RoleAdmin(ModelAdmin[Role]):
    """Whom people can talk to. Chinese texts are optional: where one is empty, the English stands."""

    form = RoleForm
    list_display = ("slug", "title", "owner", "is_active", "sort_order")
    list_editable = ("is_active", "sort_order")
    list_filter = ("is_active", ("owner", admin.EmptyFieldListFilter))
    list_select_related = ("owner",)
    search_fields = ("slug", "^owner__username")
    autocomplete_fields = ("owner",)
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("create_time", "update_time")
    fieldsets = (
        (None, {"fields": (("name", "slug", "emoji"), ("is_active", "sort_order"), "owner")}),
        (_("English"), {"fields": ("description", "welcome_message", "system_prompt", "suggestions")}),
        (
            _("Chinese"),
            {"fields": ("name_zh", "description_zh", "welcome_message_zh", "system_prompt_zh", "suggestions_zh")},
        ),
        (_("Model"), {"fields": ("model_id", "parameters")}),
        (_("State"), {"fields": ("create_time", "update_time")}),
    )
    # Of a role that somebody made for himself: whose it is, and that it can be switched off.
    OF_PEOPLE = ("slug", "owner", "is_active", "create_time", "update_time")

    @admin.display(description=_("name"), ordering="name")
    def title(self, role: Role) -> str:
        """The name of a role for everybody; what people call their own is theirs."""
        return "" if role.owner_id else role.name

    def get_fieldsets(self, request: HttpRequest, obj: Role | None = None) -> Any:
        """The words of people's own roles are as private as their chats."""
        return [(None, {"fields": self.OF_PEOPLE})] if _of_somebody(obj) else super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Role | None = None) -> Any:
        """Of people's own roles only the switch can be moved."""
        fields = [name for name in self.OF_PEOPLE if name != "is_active"]
        return fields if _of_somebody(obj) else super().get_readonly_fields(request, obj)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Role | None = None) -> Any:
        """An identifier that is shown only cannot be filled in."""
        return {} if _of_somebody(obj) else super().get_prepopulated_fields(request, obj)

    def get_form(self, request: HttpRequest, obj: Role | None = None, change: bool = False, **kwargs: Any) -> Any:
        """The plain form for people's own roles: the other one asks for their words."""
        if _of_somebody(obj):
            kwargs["form"] = ModelForm
        return super().get_form(request, obj, change, **kwargs)


@admin.register(Prompt)
class PromptAdmin(ModelAdmin[Prompt]):
    """The prompts for everybody. Those of single people are theirs, and not shown."""

    list_display = ("command", "title", "is_active", "update_time")
    list_editable = ("is_active",)
    list_filter = ("is_active",)
    search_fields = ("command", "title")
    fields = ("command", "title", "text", "is_active", "create_time", "update_time")
    readonly_fields = ("create_time", "update_time")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Prompt]:
        """Without those that have an owner."""
        rows: QuerySet[Prompt] = super().get_queryset(request)
        return rows.filter(owner=None)


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin[Document]):
    """Who attached how much and when: neither names nor texts."""

    list_display = ("document_id", "user", "media_type", "size", "chars", "create_time")
    list_filter = ("media_type", "create_time")
    list_select_related = ("user",)
    search_fields = ("=document_id", "^user__username")
    search_help_text = _("The id of a document, or the beginning of a username.")
    ordering = ("-pk",)
    fields = ("document_id", "user", "media_type", "size", "chars", "create_time")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        """Without the texts, which nobody here reads."""
        rows: QuerySet[Document] = super().get_queryset(request)
        return rows.defer("content")


def _of_somebody(role: Role | None) -> bool:
    return role is not None and role.owner_id is not None


@admin.register(BlockedWord)
class BlockedWordAdmin(ModelAdmin[BlockedWord]):
    """What may not be sent. A change holds for new messages within five seconds, on all servers."""

    form = BlockedWordForm
    list_display = ("word", "action", "is_active", "create_time")
    list_editable = ("action", "is_active")
    list_filter = ("action", "is_active")
    list_per_page = 100
    search_fields = ("word",)
