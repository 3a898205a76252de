"""Lists of blocked words: what is added, known, refused; the page in the admin."""

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.history.models import SettingChange
from accounts.models import User
from aihelper.lib.errors import AppError
from chat.models import BlockedWord
from chat.services import word_lists
from chat.services.moderation import check_text

pytestmark = pytest.mark.django_db

URL = "/admin/chat/blockedword/import/"


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="correct horse battery"))
    return client


def test_it_works() -> None:
    BlockedWord.objects.create(word="Known", action="warn")
    text = "alpha\n\n  two words  \nBETA,mask\n坏词\twarn\nnot, an action\nＫＮＯＷＮ\nalpha\n"
    report = word_lists.import_list(text, "block")
    assert (report.added, report.known, report.refused_total) == (5, 2, 0)
    assert dict(BlockedWord.objects.values_list("word", "action")) == {
        "Known": "warn", "alpha": "block", "two words": "block", "BETA": "mask", "坏词": "warn",
        "not, an action": "block",
    }  # fmt: skip


def test_the_page_says_for_whom_words_hold(admin: Client) -> None:
    page = admin.get("/admin/chat/blockedword/")
    assert "not for what models answer" in page.content.decode()


def test_bad_lines_are_named_and_the_others_stay() -> None:
    report = word_lists.import_list("good\n" + "x" * 101 + "\n\u200b\nb\x07d\n", "mask")
    assert (report.added, report.refused_total) == (1, 3)
    assert [line.number for line in report.refused] == [2, 3, 4]
    assert all(str(line.reason) for line in report.refused)


def test_too_many_lines_add_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_lists, "MAX_LINES", 2)
    with pytest.raises(AppError) as caught:
        word_lists.import_list("a1\nb1\nc1", "block")
    assert caught.value.code == "word_list_too_long"
    assert not BlockedWord.objects.exists()


def test_again_adds_nothing() -> None:
    word_lists.import_list("a1\nb1", "block")
    report = word_lists.import_list("a1\nb1", "mask")
    assert (report.added, report.known) == (0, 2)
    assert set(BlockedWord.objects.values_list("action", flat=True)) == {"block"}


def test_the_page_takes_text_and_file(admin: Client) -> None:
    file = SimpleUploadedFile("words.txt", "来自文件\nfrom file".encode("gb18030"))
    answer = admin.post(URL, {"text": "pasted\n\u200b", "file": file, "action": "warn"})
    assert answer.status_code == 200
    assert set(BlockedWord.objects.values_list("word", "action")) == {
        ("pasted", "warn"), ("来自文件", "warn"), ("from file", "warn")
    }  # fmt: skip
    assert "3 words added, 0 known already, 1 refused." in answer.content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {"text": "", "action": "block"},
        {"text": "word", "action": "explode"},
        {"text": "word", "action": "block", "file": SimpleUploadedFile("x.bin", b"\x00\x01\x02\xff\xfe")},
    ],
)
def test_bad_input_changes_nothing(admin: Client, data: dict[str, object]) -> None:
    assert admin.post(URL, data).status_code == 400
    assert not BlockedWord.objects.exists()


def test_who_may_only_look_may_not_import() -> None:
    staff = User.objects.create_user("staff", password="correct horse battery", is_staff=True)
    client = Client()
    client.force_login(staff)
    assert client.get(URL).status_code == 403
    assert client.post(URL, {"text": "word", "action": "block"}).status_code == 403
    assert not BlockedWord.objects.exists()


def listed(admin: Client, text: str) -> str:
    """A list that was imported on the page, by its name."""
    admin.post(URL, {"text": text, "action": "mask"})
    return BlockedWord.objects.latest("pk").batch


def test_a_list_that_was_taken_back_comes_again_as_it_was(admin: Client) -> None:
    batch = listed(admin, "one\ntwo,warn\nthree\n四")
    BlockedWord.objects.filter(word="three").update(is_active=False)
    was = set(BlockedWord.objects.values_list("word", "action", "is_active", "batch"))
    admin.post(URL, {"take_back": batch})
    assert not BlockedWord.objects.exists()
    assert "Bring 4 words back" in admin.get(URL).content.decode()
    assert admin.post(URL, {"restore": batch}).status_code == 302
    assert set(BlockedWord.objects.values_list("word", "action", "is_active", "batch")) == was
    shown = admin.get(URL).content.decode()
    assert "Yes, delete 4 words" in shown
    assert "back</button>" not in shown
    assert list(SettingChange.objects.order_by("pk").values_list("action", flat=True)) == [
        "added",
        "deleted",
        "restored",
    ]


def test_it_comes_again_from_its_history_too(admin: Client) -> None:
    batch = listed(admin, "one\ntwo")
    admin.post(URL, {"take_back": batch})
    page = f"/admin/chat/blockedword/{batch}/history/"
    gone = SettingChange.objects.latest("pk")
    assert admin.post(page, {"change": gone.pk}).status_code == 302
    assert BlockedWord.objects.count() == 2
    # The second time there is nothing left to bring.
    admin.post(page, {"change": gone.pk})
    assert BlockedWord.objects.count() == 2


def test_a_word_that_is_there_again_stays_as_it_is(admin: Client) -> None:
    batch = listed(admin, "one\ntwo")
    admin.post(URL, {"take_back": batch})
    BlockedWord.objects.create(word="ONE", action="block")
    assert word_lists.restore(batch) == 1
    assert dict(BlockedWord.objects.values_list("word", "action")) == {"ONE": "block", "two": "mask"}


def test_words_that_are_back_are_found_at_once(admin: Client) -> None:
    batch = listed(admin, "whale")
    assert check_text("A whale") == "A ***"
    admin.post(URL, {"take_back": batch})
    assert check_text("A whale") == "A whale"
    admin.post(URL, {"restore": batch})
    assert check_text("A whale") == "A ***"


@pytest.mark.parametrize("batch", ["", "x", "11111111-1111-4111-8111-111111111111"])
def test_no_list_is_restored_that_is_not_there(admin: Client, batch: str) -> None:
    assert admin.post(URL, {"restore": batch}).status_code == 404


def test_who_may_not_add_words_restores_none(admin: Client) -> None:
    batch = listed(admin, "one")
    admin.post(URL, {"take_back": batch})
    staff = User.objects.create_user("staff", password="correct horse battery", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="delete_blockedword"))
    client = Client()
    client.force_login(staff)
    assert client.post(URL, {"restore": batch}).status_code == 403
    assert not BlockedWord.objects.exists()
