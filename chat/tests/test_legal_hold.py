"""Legal hold: whatever destroys something of somebody is tried on people who are held, and nothing is gone after it.

`PATHS` names every function of the code that deletes rows or gives chats up; one that is not in it fails here. Whoever
adds one says with it how it asks accounts.holds.rules, or why it need not.
"""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db.models import ProtectedError

from accounts.holds import change
from accounts.tests.support import bearer
from aihelper.lib.errors import Forbidden
from chat.tests.holding import ASKED, HOW, REFUSED, SWEPT, Things, hold

pytestmark = pytest.mark.django_db

# How a function minds legal holds: tried below by this name of WAYS, or why it has nothing to mind.
NOT_THEIRS = "it deletes what the program wrote for itself, or what was only passing"
PATHS = {
    "chat/services/sessions.py clear": "history",
    "chat/services/messages.py delete": "message",
    "chat/services/documents.py delete": "document",
    "chat/services/prompts.py delete": "prompt",
    "chat/services/own_roles.py delete": "role",
    "chat/services/bulk.py change": "purge",
    "chat/services/bulk.py empty_trash": "empty",
    "chat/services/imports/undo.py undo": "undo",
    "chat/engine/trash.py _delete": "sweep",
    "chat/engine/retention.py _take": "retention",
    "chat/engine/unused.py remove_documents": "unused",
    "chat/engine/unused.py remove_drafts": "unused",
    "accounts/services.py erase": "account",
    "chat/services/folders.py delete": "the chats of the folder stay",
    "chat/services/shares.py revoke": "a link can always be taken back: its chat stays (docs/decisions/legal-hold.md)",
    "chat/services/imports/write.py __post_init__": "of chats that are given up, it forgets only where they came from",
    "chat/services/push.py subscribe": NOT_THEIRS,
    "chat/services/push.py unsubscribe": NOT_THEIRS,
    "chat/services/purge.py chores": NOT_THEIRS,
    "chat/services/purge.py _expired": NOT_THEIRS,
    "chat/engine/store.py finish": NOT_THEIRS,
    "accounts/models.py save": NOT_THEIRS,
    "accounts/services.py _change": NOT_THEIRS,
    "accounts/sign_ins.py _end": NOT_THEIRS,
    "accounts/sign_ins.py purge_expired": NOT_THEIRS,
    "accounts/throttling.py forget": NOT_THEIRS,
    "accounts/throttling.py purge_expired": NOT_THEIRS,
    "accounts/tickets.py redeem": NOT_THEIRS,
    "chat/engine/indexer.py index_batch": NOT_THEIRS,
    "chat/engine/meters.py share": NOT_THEIRS,
    "chat/engine/rollup.py forget": NOT_THEIRS,
    "chat/services/word_lists.py take_back": NOT_THEIRS,
    "chat/services/word_lists.py restore": NOT_THEIRS,
    "chat/engine/push.py _settle": NOT_THEIRS,
    "accounts/sessions.py delete": NOT_THEIRS,
    "accounts/sessions.py adelete": NOT_THEIRS,
    "accounts/sign_ins.py forget": NOT_THEIRS,
    "accounts/services.py change_password": NOT_THEIRS,
    "accounts/services.py purge_expired": NOT_THEIRS,
}


def deleting_functions() -> set[str]:
    """Every function of accounts and chat that deletes rows, or gives chats up."""
    found = set()
    for app in ("accounts", "chat"):
        for path in Path(settings.BASE_DIR, app).rglob("*.py"):
            name = path.relative_to(settings.BASE_DIR).as_posix()
            if "/tests/" in name or "/migrations/" in name:
                continue
            module = ast.parse(path.read_text(encoding="utf-8"))
            methods = [part for node in module.body if isinstance(node, ast.ClassDef) for part in node.body]
            for node in [*module.body, *methods]:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _deletes(node):
                    found.add(f"{name} {node.name}")
    return found


def _deletes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            own = isinstance(node.func.value, ast.Call) and getattr(node.func.value.func, "id", "") == "super"
            if node.func.attr in {"delete", "adelete", "_raw_delete"} and not own and not node.args:
                return True
        given = node.value if isinstance(node, ast.keyword) and node.arg == "deleted_at" else None
        if given is not None and any(getattr(part, "id", "") == "GIVEN_UP" for part in ast.walk(given)):
            return True
        if isinstance(node, ast.Tuple) and [getattr(part, "id", "") for part in node.elts[1:]] == ["GIVEN_UP"]:
            return True
    return False


def test_no_function_deletes_that_is_not_known_here() -> None:
    known = set(PATHS)
    found = deleting_functions()
    assert found - known == set(), "say in PATHS how these mind legal holds"
    assert known - found == set(), "these delete nothing any more"
    assert {way for way in PATHS.values() if " " not in way} <= set(ASKED) | set(SWEPT)


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("way", ASKED)
def test_what_is_asked_for_is_refused(theirs: Things, way: str, how: str) -> None:
    hold(theirs, how)
    before = theirs.stored()
    answer = ASKED[way](bearer(theirs.user), theirs)
    assert (answer.status_code, answer.json()["code"]) == (403, "kept"), answer.json()
    # Neither that there is a hold nor why.
    assert "hold" not in answer.json()["detail"] and "court" not in answer.content.decode()
    assert theirs.stored() == before


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("way", SWEPT)
def test_what_sweeps_passes_over_it(theirs: Things, way: str, how: str) -> None:
    hold(theirs, how)
    before = theirs.stored()
    SWEPT[way](theirs)
    assert theirs.stored() == before


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("way", REFUSED)
def test_no_account_goes(theirs: Things, way: str, how: str) -> None:
    hold(theirs, how)
    before = theirs.stored()
    with pytest.raises((Forbidden, ProtectedError, CommandError)):
        REFUSED[way](theirs)
    assert theirs.stored() == before


@pytest.mark.parametrize("way", [*ASKED, *SWEPT, *REFUSED])
def test_each_way_destroys_something_when_the_hold_has_ended(theirs: Things, way: str) -> None:
    """Else the tests above would prove nothing."""
    change.end(hold(theirs, "in the group"), reason="Settled.", by=None)
    before = theirs.stored()
    if way in ASKED:
        assert ASKED[way](bearer(theirs.user), theirs).status_code == 200
    else:
        (SWEPT | REFUSED)[way](theirs)
    assert theirs.stored() != before
