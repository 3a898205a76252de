"""What clients may say, on the event streams and on the socket, with its limits."""

import re
from typing import Annotated, Any, TypeVar

import msgspec
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aihelper.lib.errors import AppError
from chat.services.documents import MAX_PER_MESSAGE
from chat.services.send import SendRequest

ClientId = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
ModelId = Annotated[str, msgspec.Meta(max_length=200)]
Uuid = Annotated[str, msgspec.Meta(max_length=36)]
Slug = Annotated[str, msgspec.Meta(max_length=64)]
# Numbers that a database integer holds.
Key = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Offset = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Attachments = Annotated[list[Uuid], msgspec.Meta(max_length=MAX_PER_MESSAGE)]


class Send(msgspec.Struct):
    """A message to a session, or to a new one."""

    message: str
    session_id: Uuid | None = None
    model_id: ModelId | None = None
    beside_model_id: ModelId | None = None
    role: Slug | None = None
    parent_id: Key | None = None
    folder_id: Uuid | None = None
    client_id: ClientId | None = None
    attachments: Attachments | None = None
    draft_version: Offset | None = None
    confirmed: bool = False

    def request(self, new_session_id: str | None = None) -> SendRequest:
        """As the service takes it; empty strings mean "not given", as forms send them."""
        return SendRequest(
            message=self.message,
            session_id=self.session_id or None,
            model_id=self.model_id or None,
            beside_model_id=self.beside_model_id or None,
            role=self.role or None,
            parent_id=self.parent_id,
            client_id=self.client_id,
            new_session_id=new_session_id,
            folder_id=self.folder_id or None,
            attachments=tuple(self.attachments or ()),
            draft_version=self.draft_version,
            confirmed=self.confirmed,
        )


class Regenerate(msgspec.Struct):
    """Another answer to the same question; `beside`: in a column beside the one given."""

    model_id: ModelId | None = None
    beside: bool = False
    client_id: ClientId | None = None


class Edit(msgspec.Struct):
    """Another question in place of one."""

    message: str
    client_id: ClientId | None = None
    attachments: Attachments | None = None
    confirmed: bool = False


class Continue(msgspec.Struct):
    """More of an answer."""

    client_id: ClientId | None = None


class Stop(msgspec.Struct):
    """The end of an answer, at what was seen of it."""

    offset: Offset | None = None


class Attach(msgspec.Struct):
    """The rest of an answer."""

    offset: Offset = 0


_MISSING = re.compile(r"required field `(\w+)`")
_AT = re.compile(r"`\$\.(\w+)")

Body = TypeVar("Body", bound=msgspec.Struct)


def decode(data: bytes | str) -> dict[str, Any]:
    """A JSON object. Raises AppError."""
    try:
        payload = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise AppError(_("The body of the request is not valid JSON."), code="invalid_json") from error
    if not isinstance(payload, dict):
        raise AppError(_("A JSON object is expected."), code="invalid_json")
    return payload


def convert(payload: dict[str, Any], kind: type[Body], *, strict: bool = True) -> Body:
    """A payload as a message of the kind; unknown fields are ignored. `strict=False` reads numbers from text.

    Raises AppError that names the field.
    """
    try:
        return msgspec.convert(payload, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise _field_error(str(error)) from error


def _field_error(problem: str) -> AppError:
    """msgspec's sentence ("Expected `str`, got `int` - at `$.message`") as ours, with the field's name."""
    if match := _MISSING.search(problem):
        sentence = gettext("This field is required.")
    else:
        match = _AT.search(problem)
        sentence = gettext("This value is not valid.")
    field = match[1] if match else "body"
    return AppError(sentence, code="invalid", fields={field: [sentence]})
