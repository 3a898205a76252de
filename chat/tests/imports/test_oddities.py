"""What is odd or broken in one chat of a file: it is mended or named in the report, for each of the formats alike.

Whatever it is: nothing crashes, the chat beside it comes, a second import brings nothing new, and all can be undone.
"""

import math
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from chat.imports import tidy
from chat.models import Message, Session
from chat.services import imports
from chat.services.imports.report import Report
from chat.tests.imports.building import FORMATS, Builder, Said, a_file

pytestmark = pytest.mark.django_db

QUESTION, ANSWER = "What is a tide?", "The sea that rises and falls."
BOTH = [QUESTION, ANSWER]


@pytest.fixture(params=FORMATS)
def build(request: pytest.FixtureRequest) -> Builder:
    return FORMATS[request.param]


def talk() -> list[Said]:
    return [Said("q", None, "user", QUESTION), Said("a", "q", "assistant", ANSWER)]


def taken(alice: User, build: Builder, said: list[Said]) -> tuple[Report, list[str]]:
    """Import the odd chat beside a sound one, hold what holds for all, and answer the texts of the odd one."""
    file = a_file(build(said, "odd"), build(talk(), "sound"))
    report = imports.import_chats(alice, file)
    assert [item.title for item in report.results if item.outcome == "imported"][-1:] == ["sound"]
    assert len(report.results) == 2, "a line for each"
    assert all(item.reason for item in report.results if item.outcome == "left_out")
    there = Session.objects.filter(deleted_at=None)
    count = there.count()
    again = imports.import_chats(alice, file)
    assert again.counts["imported"] == 0 and again.counts["already"] == report.counts["imported"]
    assert there.count() == count
    rows = Message.objects.filter(session__in=there, session__title="odd").order_by("seq")
    for row in rows:
        assert row.parent is None or row.parent.seq < row.seq
    texts = list(rows.values_list("content", flat=True))
    undone = imports.undo(alice, report.import_id)
    assert (undone.removed, undone.kept, there.count()) == (count, 0, 0)
    assert imports.import_chats(alice, file, dry_run=True).counts["ready"] == count
    return report, texts


def _circle(said: list[Said]) -> None:
    said[0].parent = "a"


def _own_parent(said: list[Said]) -> None:
    said[1].parent = "a"


def _lost_parent(said: list[Said]) -> None:
    said[1].parent = "never-exported"


def _numbers_as_ids(said: list[Said]) -> None:
    said[0].key, said[1].key, said[1].parent = 1, 2, 1


def _answer_first(said: list[Said]) -> None:
    said.reverse()


def _parent_of_another_type(said: list[Said]) -> None:
    said[1].parent = ["q"]


def _no_model(said: list[Said]) -> None:
    said[1].model = {"slug": "x"}


def _long_model(said: list[Said]) -> None:
    said[1].model = "m" * 5000


@pytest.mark.parametrize(
    "change",
    [_circle, _own_parent, _lost_parent, _numbers_as_ids, _answer_first, _parent_of_another_type, _no_model,
     _long_model],
)  # fmt: skip
def test_links_and_models_that_lead_nowhere(alice: User, build: Builder, change: Callable[[list[Said]], None]) -> None:
    said = talk()
    change(said)
    report, texts = taken(alice, build, said)
    assert report.counts["imported"] == 2
    assert sorted(texts) == sorted(BOTH)


TIMES = [
    "1714550400.25", "1714550400", 1_714_550_400_250, "2024-05-01T08:00:00.250Z", "2024-05-01 16:00:00+08:00", None, 0,
    "0", -1, math.nan, math.inf, -math.inf, 1e300, 10**400, "yesterday", "", True, {}, [1], "9999-12-31T23:59:59+00:00",
]  # fmt: skip
THEN = slice(0, 5)


@pytest.mark.parametrize("time", TIMES, ids=lambda time: repr(time)[:30])
def test_times_of_any_kind(alice: User, build: Builder, time: Any) -> None:
    said = talk()
    for one in said:
        one.time = time
    report, texts = taken(alice, build, said)
    assert report.counts["imported"] == 2 and texts == BOTH


@pytest.mark.parametrize("time", TIMES[THEN], ids=repr)
def test_times_as_text_and_in_milliseconds_are_times(alice: User, build: Builder, time: Any) -> None:
    imports.import_chats(alice, a_file(build([Said("q", None, "user", QUESTION, time)], "odd")))
    assert Message.objects.get().create_time.isoformat().startswith("2024-05-01T08:00:00")


@pytest.mark.parametrize("role", ["tool", "system", "critic", "", None, 5, {"role": "user"}])
def test_turns_of_others_are_left_out_and_the_tree_stays(alice: User, role: Any) -> None:
    for name, build in FORMATS.items():
        if name == "librechat":
            continue  # it has no other roles
        question, answer = talk()
        answer.parent = "t"
        report, texts = taken(alice, build, [question, Said("t", "q", role, "Looking it up"), answer])
        assert report.counts["imported"] == 2 and texts == BOTH, name


def test_two_messages_with_one_id_both_stay(alice: User) -> None:
    for name in ("claude", "librechat", "own"):
        said = [*talk(), Said("a", "q", "assistant", "Another answer"), Said("a", "q", "assistant", ANSWER)]
        _report, texts = taken(alice, FORMATS[name], said)
        assert sorted(texts) == sorted([*BOTH, "Another answer"]), name


def test_two_chats_with_one_id_come_once(alice: User, build: Builder) -> None:
    later = [*talk(), Said("q2", "a", "user", "And now?")]
    report = imports.import_chats(alice, a_file(build(talk(), "same"), build(later, "same")))
    assert [item.outcome for item in report.results] == ["imported", "already"]


@pytest.mark.parametrize("text", [None, 5, {}, ["a"], "", " \n ", "\u0000\u0001", "\ud800"])
def test_texts_that_are_none(alice: User, build: Builder, text: Any) -> None:
    said = talk()
    said[0].text = text
    report, texts = taken(alice, build, said)
    assert report.counts["imported"] == 2
    assert ANSWER in texts and len(texts) <= 2


def test_nothing_said_at_all_is_named(alice: User, build: Builder) -> None:
    report, _texts = taken(alice, build, [Said("q", None, "user", ""), Said("a", "q", "assistant", None)])
    assert [(item.title, item.reason) for item in report.results] == [("odd", "no_messages"), ("sound", None)]


def test_a_huge_message_is_named(alice: User, build: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidy, "MAX_MESSAGE_CHARS", 5_000)
    said = talk()
    said[1].text = "x" * 5_001
    report, _texts = taken(alice, build, said)
    assert [(item.title, item.reason) for item in report.results] == [("odd", "message_too_long"), ("sound", None)]


def test_too_many_messages_are_named(alice: User, build: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidy, "MAX_MESSAGES", 2)
    report, _texts = taken(alice, build, [*talk(), Said("q2", "a", "user", "And now?")])
    assert [(item.title, item.reason) for item in report.results] == [("odd", "too_many_messages"), ("sound", None)]


def test_a_thousand_circles(alice: User, build: Builder) -> None:
    said = [
        Said(f"m{n}", f"m{n + 1 if n % 2 == 0 else n - 1}", "assistant" if n % 2 else "user", f"Message {n}")
        for n in range(1000)
    ]
    report, texts = taken(alice, build, said)
    assert report.counts["imported"] == 2 and len(texts) == 1000


def test_names_are_cut_and_cleaned(alice: User, build: Builder) -> None:
    chat = build(talk(), "odd")
    for place in (chat, chat.get("session", {}), chat.get("chat", {})):
        place |= {name: "a\u0000\n<b>\u202e" + "x" * 5000 for name in ("title", "name") if name in place}
    (result,) = imports.import_chats(alice, a_file(chat)).results
    assert result.outcome == "imported" and len(result.title) <= 200
    assert "\n" not in Session.objects.get().title and "\x00" not in Session.objects.get().title
