"""What is kept about a person beside their chats, as rows for JSON. docs/export.md lists it; a test looks for tables
of people that are not in it. No secrets: those help nobody who has them.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, QuerySet

from accounts import profile
from accounts.audit.models import AuditEntry
from accounts.budgets import status
from accounts.budgets.models import TopUp
from accounts.invitations.models import Invitation, InvitationUse
from accounts.models import SignIn, User
from chat.models import ChatImport, Draft, Folder, Prompt, PushSubscription, Role, Share, WordWarning
from chat.presenters import moment

_IMPORT = "import_id file_name sources imported already left_out create_time undone_at"
_INVITATION = "email create_time expires_at revoked_at uses max_uses invited_by_name"
_ROLE = (
    "slug name name_zh emoji description description_zh welcome_message welcome_message_zh system_prompt"
    " system_prompt_zh suggestions suggestions_zh model_id parameters create_time update_time"
)
_SHARE = "audience title show_name message_count views create_time update_time session_id"


def files(user: User) -> Iterator[tuple[str, Any]]:
    """The name of each file, and what stands in it."""
    yield "profile.json", plain(profile.describe(user))
    yield "groups.json", list(user.groups.order_by("name").values_list("name", flat=True))
    yield "folders.json", _rows(Folder.objects.filter(user=user), "folder_id name emoji sort_order create_time")
    yield "roles.json", _rows(Role.objects.filter(owner=user), _ROLE)
    prompts = Prompt.objects.filter(owner=user)
    yield "prompts.json", _rows(prompts, "prompt_id command title text create_time update_time")
    yield "drafts.json", _rows(Draft.objects.filter(user=user), "session_key text attachments update_time")
    yield "shared_links.json", _rows(Share.objects.filter(user=user), _SHARE)
    yield "imports.json", _rows(ChatImport.objects.filter(user=user), _IMPORT)
    audit = AuditEntry.objects.filter(person=user)
    yield "audit.json", _rows(audit, "what actor_name reason object create_time")
    yield "invitations.json", _invitations(user)
    yield "budgets.json", _budgets(user)
    warnings = WordWarning.objects.filter(user=user)
    yield "word_warnings.json", _rows(warnings, "word message_id create_time")
    yield "sign_ins.json", _rows(SignIn.objects.filter(user=user), "kind user_agent address create_time last_seen")
    yield "notices.json", _rows(PushSubscription.objects.filter(user=user), "locale create_time")


def row(row: Model, fields: str) -> dict[str, Any]:
    """These fields of a row."""
    return {name: plain(getattr(row, name)) for name in fields.split()}


def plain(value: Any) -> Any:
    """A value as JSON has it, and what is in it."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if hasattr(value, "isoformat"):
        return moment(value)
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _rows(rows: QuerySet[Any], fields: str) -> list[dict[str, Any]]:
    return [row(each, fields) for each in rows]


def _invitations(user: User) -> dict[str, Any]:
    """Those by which the person came, and those that an administrator made for this account."""
    used = InvitationUse.objects.filter(user=user).select_related("invitation").order_by("pk")
    return {
        "used": [
            {"create_time": moment(use.create_time), **row(use.invitation, "email invited_by_name")} for use in used
        ],
        "made_for_me": _rows(Invitation.objects.filter(person=user).order_by("pk"), _INVITATION),
    }


def _budgets(user: User) -> dict[str, Any]:
    """What holds now, and what was ever given beside it."""
    top_ups = TopUp.objects.filter(user=user).order_by("pk")
    return {
        "now": plain(status.of(user)),
        "top_ups": _rows(top_ups, "budget_name amount unit currency reason by_name create_time"),
    }
