"""A CSV file as lines. It knows no database; what a spreadsheet saves in China or in Europe is read as it is."""

import csv
import io
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from aihelper.lib.errors import AppError

MAX_BYTES = 2 * 1024 * 1024
MAX_LINES = 5000
DELIMITERS = (",", ";", "\t")
# What the columns are called, in small letters and without spaces, dots, hyphens and underscores.
NAMES = {
    "username": ("username", "user", "login", "account", "用户名", "账号", "帐号", "学号", "工号"),
    "email": ("email", "mail", "emailaddress", "邮箱", "电子邮箱", "电子邮件"),
    "name": ("displayname", "name", "fullname", "姓名", "显示名称", "名字"),
    "groups": ("groups", "group", "class", "用户组", "组", "班级"),
    "password": ("password", "密码", "初始密码"),
}
TEMPLATE = ("username", "e-mail", "display name", "groups", "password")
_COLUMNS = {spelling: column for column, spellings in NAMES.items() for spelling in spellings}
_BETWEEN_GROUPS = re.compile(r"[|;\uff1b\u3001]")


class Unreadable(AppError):
    """The file as a whole cannot be taken."""

    code = "unreadable_list"


@dataclass(frozen=True)
class Line:
    """What one line says. `number` is the file's, the first one being that with the names of the columns."""

    number: int
    username: str
    email: str = ""
    name: str = ""
    groups: tuple[str, ...] = ()
    password: str = ""


def read(data: bytes) -> list[Line]:
    """The lines of a file that are not empty. Raises Unreadable."""
    if len(data) > MAX_BYTES:
        raise Unreadable(_("The file is larger than 2 MB."))
    text = _decoded(data)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        found = [(rows.line_num, row) for row in rows if any(value.strip() for value in row)]
    except csv.Error as error:
        raise Unreadable(_("The file is not a table in CSV.")) from error
    if len(found) - 1 > MAX_LINES:
        raise Unreadable(_("The list has more than %(most)d lines.") % {"most": MAX_LINES})
    columns = _columns(found[0][1] if found else [])
    return [_line(number, dict(zip(columns, row, strict=False))) for number, row in found[1:]]


def _decoded(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or what Chinese Windows writes."""
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(_("The file is not a table in CSV. Save it as “CSV UTF-8” in your spreadsheet."))


def _delimiter(text: str) -> str:
    """What stands between the names of the columns, which hold no such letter themselves."""
    head = text.lstrip("\r\n").partition("\n")[0]
    return max(DELIMITERS, key=head.count)


def _columns(head: list[str]) -> list[str]:
    names = [_COLUMNS.get(re.sub(r"[\s._-]", "", name).casefold(), "") for name in head]
    known = [name for name in names if name]
    if "username" not in known:
        raise Unreadable(_("The first line has to name the columns; “username” has to be among them."))
    if len(set(known)) != len(known):
        raise Unreadable(_("Two columns have the same name."))
    return names


def _line(number: int, values: dict[str, str]) -> Line:
    groups = (name.strip() for name in _BETWEEN_GROUPS.split(values.get("groups", "")))
    return Line(
        number=number,
        username=values.get("username", "").strip(),
        email=values.get("email", "").strip(),
        name=values.get("name", "").strip(),
        groups=tuple(dict.fromkeys(name for name in groups if name)),
        # Blanks belong to a password.
        password=values.get("password", ""),
    )
