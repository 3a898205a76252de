"""Which texts and numbers can be ids of ours at all."""

import re
from typing import TypeGuard

# Our ids as we make them. Anything else is unknown without a question to the database, whose collation
# might take another spelling for the same id.
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
MAX_PK = 2**63 - 1


def is_uuid(value: object) -> bool:
    """Whether this could be an id of ours."""
    return isinstance(value, str) and UUID.fullmatch(value) is not None


def is_key(value: object) -> TypeGuard[int]:
    """Whether this could be the number of a row."""
    return type(value) is int and 0 < value <= MAX_PK
