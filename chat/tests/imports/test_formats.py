"""What each format is read into, with its branches, thoughts, times and models; broken files too."""

from datetime import UTC, datetime

from chat.imports.neutral import Attachment, LeftOut, Reason
from chat.tests.imports import building
from chat.tests.imports.reading import found, lines, sample


def test_it_reads_chatgpt() -> None:
    (chat,), left_out = found(sample("chatgpt.json"))
    assert (chat.source, chat.source_id, chat.title) == ("chatgpt", "6631-aaaa", "Tides")
    question, followed = "Why are there two tides a day?", "[image]\n\nHow high is this one?"
    answer = "Because the moon stretches the sea on both sides."
    assert lines(chat) == [
        (None, "user", question),
        (question, "assistant", answer),
        (question, "assistant", "Another answer, on another branch."),
        (answer, "user", followed),
        (followed, "assistant", "```python\nprint(2 + 2)\n```\n\n```text\n4\n```\n\nAbout four metres."),
    ]
    first, second = chat.nodes[1], chat.nodes[2]
    assert first.reasoning == "**Gravity**\n\nThe moon pulls more on the near side.\n\nThe far side lags behind."
    assert (first.model, first.time, second.model) == ("o3", None, "gpt-4o")
    assert chat.created == datetime(2024, 5, 1, 8, 0, 0, 250_000, UTC)
    assert chat.current == chat.nodes[4].key
    assert left_out == [LeftOut(Reason.NOT_A_CHAT, "A folder of mine")]


def test_it_reads_chatgpts_new_layout() -> None:
    (chat,), left_out = found(sample("chatgpt_new.json"))
    assert lines(chat) == [(None, "user", "Hello?"), ("Hello?", "assistant", "Hello.")]
    assert (chat.nodes[1].model, chat.nodes[1].status, chat.updated) == ("gpt-6", "interrupted", None)
    assert left_out == []


def test_it_reads_a_broken_chatgpt() -> None:
    """Circles, links to nothing, wrong types, halves of characters, and an end in the middle."""
    (chat,), left_out = found(sample("chatgpt_broken.json"))
    assert lines(chat) == [
        (None, "user", "One"),
        ("One", "assistant", "Two"),
        ("Two", "user", "Three"),
        (None, "assistant", "Four"),
    ]
    assert {node.time for node in chat.nodes} == {None} and chat.created is None
    assert left_out == [
        LeftOut(Reason.NO_MESSAGES, "Empty", "chatgpt"),
        LeftOut(Reason.NO_MESSAGES, "Only a system message", "chatgpt"),
        LeftOut(Reason.CUT_OFF),
        *[LeftOut(Reason.NOT_A_CHAT)] * 4,
    ]


def test_it_reads_claude() -> None:
    (poem, branched), left_out = found(sample("claude.json"))
    assert lines(poem) == [
        (None, "user", "Write two lines.\n\n[photo.png]"),
        ("Write two lines.\n\n[photo.png]", "assistant", "The sea is wide,\n\nthe wind is its tide."),
        ("The sea is wide,\n\nthe wind is its tide.", "user", "Thanks!"),
    ]
    assert poem.nodes[0].attachments == (Attachment("notes.txt", "sea, wind"),)
    assert poem.nodes[1].reasoning == "It should be about the sea."
    assert poem.created == datetime(2025, 5, 1, 10, 0, 0, 123_456, UTC)
    assert lines(branched) == [
        (None, "user", "A or B?"),
        ("A or B?", "assistant", "A."),
        ("A or B?", "assistant", "B."),
    ]
    assert branched.current == "b2" and left_out == []


def test_it_reads_a_broken_claude() -> None:
    (chat,), left_out = found(sample("claude_broken.json"))
    assert lines(chat) == [(None, "user", "Hi"), ("Hi", "assistant", "Hello")]
    assert len(chat.source_id) == 64, "without an id, a digest of what was said"
    assert [(item.reason, item.name) for item in left_out] == [
        (Reason.NO_MESSAGES, "Nothing said"),
        (Reason.NO_MESSAGES, "No texts"),
    ]


def test_it_reads_open_webui() -> None:
    (bread, old), left_out = found(sample("open_webui.json"))
    question = "How long does bread rise?"
    assert lines(bread) == [
        (None, "user", question),
        (question, "assistant", "One hour."),
        (question, "assistant", "Two hours.\n<details><summary>More</summary>kept</details>"),
    ]
    assert bread.nodes[2].reasoning == "It depends\non the yeast."
    assert [node.model for node in bread.nodes] == ["", "llama3", "qwen3"]
    assert bread.nodes[0].attachments == (Attachment("flour.md", "Type 550"),)
    assert bread.pinned and bread.current == "a2"
    assert lines(old) == [(None, "user", "Hi"), ("Hi", "assistant", "Hello")]
    assert old.nodes[1].status == "interrupted" and old.created == datetime(2024, 1, 1, 10, tzinfo=UTC)
    assert left_out == []


def test_it_reads_a_broken_open_webui() -> None:
    """Circles, parents that are nowhere, wrong types everywhere, thoughts that do not end, and an end in the middle."""
    (chat, oldest), left_out = found(sample("open_webui_broken.json"))
    thinking = '<details type="reasoning"><summary>Thinking\n\nFive\n\n[image]'
    assert lines(chat) == [
        (None, "user", "One"),
        ("One", "assistant", thinking),
        (None, "user", "Two"),
        ("Two", "assistant", "Three"),
        (None, "user", "Four"),
    ]
    assert {node.time for node in chat.nodes} == {None} and (chat.created, chat.updated) == (None, None)
    assert (chat.title, chat.pinned) == ("", False)
    assert lines(oldest) == [(None, "user", "Hi"), ("Hi", "assistant", "Hello")]
    assert left_out == [
        LeftOut(Reason.NO_MESSAGES, "Empty", "open_webui"),
        LeftOut(Reason.NO_MESSAGES, "Only an error", "open_webui"),
        LeftOut(Reason.CUT_OFF),
        *[LeftOut(Reason.NOT_A_CHAT)] * 3,
    ]


def test_it_reads_a_broken_librechat() -> None:
    """An id twice, circles, wrong types, failures only, a tree whose root says nothing, and an end in the middle."""
    (chat, tree), left_out = found(sample("librechat_broken.json"))
    assert lines(chat) == [
        (None, "user", "One"),
        ("One", "assistant", "Two"),
        ("One", "assistant", "The same id again"),
        (None, "user", "Three"),
        ("Three", "assistant", "Four"),
        ("Two", "user", "[lost.pdf]"),
    ]
    assert {node.status for node in chat.nodes} == {"completed"}
    assert (len(chat.source_id), chat.title, chat.created) == (64, "", None), "without an id, a digest"
    assert lines(tree) == [(None, "assistant", ""), ("", "user", "Leaf")]
    assert left_out == [
        LeftOut(Reason.NO_MESSAGES, "Empty", "librechat"),
        LeftOut(Reason.NO_MESSAGES, "Only a failure", "librechat"),
        LeftOut(Reason.CUT_OFF),
        LeftOut(Reason.NOT_A_CHAT),
    ]


def test_it_reads_librechat() -> None:
    (chat,), left_out = found(sample("librechat.json"))
    question = "What is a star?"
    assert lines(chat) == [
        (None, "user", question),
        (question, "assistant", "A ball of hot gas."),
        (question, "assistant", "A sun, far away."),
    ]
    assert [node.model for node in chat.nodes] == ["", "gpt-4o", "claude-x"]
    assert (chat.nodes[1].reasoning, chat.nodes[2].status) == ("Simple words.", "interrupted")
    assert left_out == []


def test_it_reads_librechats_tree() -> None:
    (chat,), _left_out = found(sample("librechat_tree.json"))
    assert lines(chat) == [
        (None, "user", "Root"),
        ("Root", "assistant", "Left"),
        ("Root", "assistant", "Right"),
        ("Right", "user", "And on"),
    ]
    assert chat.current == "m4"


def test_it_reads_our_own() -> None:
    (chat,), _left_out = found(sample("own.json"))
    assert lines(chat) == [
        (None, "user", "Hello"),
        ("Hello", "assistant", "First"),
        ("Hello", "assistant", "Second"),
    ]
    assert [node.status for node in chat.nodes] == ["completed", "stopped", "interrupted"]
    assert [node.reasoning_ms for node in chat.nodes] == [None, 4200, None]
    assert (chat.folder, chat.folder_emoji, chat.pinned) == ("School", "🎒", True)
    assert chat.nodes[0].attachments == (Attachment("notes.txt", "Some notes"),)


def test_our_own_of_another_version_or_deleted_is_left_out() -> None:
    own = {"format": "aihelper.chat", "version": 2, "session": {"title": "To come"}, "messages": []}
    deleted = {**own, "version": 1, "session": {"title": "Gone", "deleted_at": "2026-01-01T00:00:00Z"}}
    chats, left_out = found([own, deleted])
    assert chats == []
    assert left_out == [
        LeftOut(Reason.UNKNOWN_FORMAT, "To come", "aihelper"),
        LeftOut(Reason.WAS_DELETED, "Gone", "aihelper"),
    ]


def test_pictures_that_are_not_in_the_export_leave_a_line() -> None:
    webui = building.open_webui([building.Said("q", None, "user", "")], "one")
    webui["chat"]["history"]["messages"]["q"]["files"] = [
        {"type": "image", "url": "data:image/png;base64,AAAA"},
        {"type": "file", "file": {"filename": "plan.pdf"}},
    ]
    libre = building.librechat([building.Said("q", None, "user", "What is that?")], "two")
    libre["messages"][0] |= {"content": [{"type": "image_file", "image_file": {}}], "files": [{"filename": "a.png"}]}
    (one, two), left_out = found([webui, libre])
    assert one.nodes[0].content == "[image]\n[plan.pdf]"
    assert two.nodes[0].content == "What is that?\n\n[image]\n\n[a.png]" and left_out == []
