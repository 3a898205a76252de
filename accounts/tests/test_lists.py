"""People from spreadsheets: what is read, what becomes of each line, the page and the command."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.audit.models import AuditEntry, What
from accounts.invitations import taking
from accounts.lists import adding, reading
from accounts.lists.plan import Wanted, Will, plan
from accounts.models import User
from accounts.tests.managing import School, signed_in

PAGE = "/admin/accounts/user/import/"
HEAD = "username,e-mail,display name,groups,password\n"


@pytest.fixture
def head(place: School) -> Client:
    return signed_in(place.root)


# --- Reading -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_spreadsheets_save_is_read(encoding: str, delimiter: str) -> None:
    text = "用户名,姓名,班级\r\nlihua,李华,七年级2班|合唱\r\n\r\n张伟,,\r\n".replace(",", delimiter)
    first, second = reading.read(text.encode(encoding))
    assert (first.username, first.name, first.groups) == ("lihua", "李华", ("七年级2班", "合唱"))
    assert (first.number, second.number, second.username) == (2, 4, "张伟")


def test_names_of_columns_are_read_in_any_case_and_order() -> None:
    (line,) = reading.read(b'"E-Mail",PASSWORD,User_Name,color\na@example.org," p w ",  bob ,red\n')
    assert line == reading.Line(2, "bob", "a@example.org", password=" p w ")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "has to name the columns"),
        (b"bob,bob@example.org\n", "has to name the columns"),
        (b"username,login\nbob,bob\n", "same name"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a table"),
        (b"username\n\xff\xff\xff", "not a table"),
        (b"username\n" + b"x" * reading.MAX_BYTES, "larger than 2 MB"),
        (b"username\n" + b"xy\n" * (reading.MAX_LINES + 1), "more than 5000 lines"),
        (b'username\n"' + b"x" * 200_000 + b'"\n', "not a table"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(reading.Unreadable, match=sentence):
        reading.read(data)


# --- The plan ----------------------------------------------------------------------------------------
def planned(text: str, by: User | None, **how: Any) -> list[tuple[str, str]]:
    entries = plan(reading.read((HEAD + text).encode()), Wanted(by, **how))
    return [(entry.will.value, " ".join(entry.reasons)) for entry in entries]


def test_each_line_has_its_verdict(place: School) -> None:
    text = (
        "new,,,own class,\n"
        "PUPIL,,,foreign class,\n"
        "NEW,,,,\n"
        "x,,,,\n"
        "mail,none,,,\n"
        "group,,,no such,\n"
        "weak,,,,123\n"
        f"name,,{'x' * 65},,\n"
        "蓝天,,,,a good password 1\n"
    )
    verdicts = planned(text, place.root)
    assert [will for will, _reason in verdicts] == ["add", "same", *["refuse"] * 6, "add"]
    assert [bool(reason) for _will, reason in verdicts] == [False, False, *[True] * 6, False]
    assert "line 2" in verdicts[2][1]
    assert "no such" in verdicts[5][1]


def test_people_who_are_there_join_groups_only_where_that_is_wanted(place: School) -> None:
    line = "pupil,new@example.org,Other,foreign class|own class,a good password 1\n"
    assert planned(line, place.root) == [("same", "")]
    entries = plan(reading.read((HEAD + line).encode()), Wanted(place.root, update_groups=True))
    assert [(entry.will, entry.groups) for entry in entries] == [(Will.JOIN, [place.foreign])]
    adding.add(entries, Wanted(place.root))
    place.pupil.refresh_from_db()
    assert set(place.pupil.groups.all()) == {place.own, place.foreign}
    assert (place.pupil.email, place.pupil.preferences) == ("pupil@example.org", {})
    assert place.pupil.check_password("correct horse 1")


def test_a_manager_fills_own_groups_and_touches_nobody_else(place: School) -> None:
    text = "a1,,,own class,\nb2,,,foreign class,\nc3,,,,\nstranger,,,own class,\nsubstitute,,,own class,\n"
    verdicts = [will for will, _reason in planned(text, place.teacher, update_groups=True, make_groups=True)]
    assert verdicts == ["add", "refuse", "refuse", "refuse", "refuse"]
    assert [will for will, _ in planned("c3,,,,\n", place.teacher, groups=[place.own])] == ["add"]
    place.own.permissions.add(Permission.objects.get(codename="view_provider"))
    assert planned("a1,,,own class,\n", place.teacher)[0][0] == "refuse"


def test_the_number_of_queries_does_not_grow_with_the_lines(place: School, django_assert_max_num_queries: Any) -> None:
    text = HEAD + "".join(f"name{number},,,own class,\n" for number in range(150))
    lines = reading.read(text.encode())
    with django_assert_max_num_queries(40):
        adding.add(plan(lines, Wanted(place.teacher)), Wanted(place.teacher))
    assert place.own.user_set.count() == 153


# --- The page ----------------------------------------------------------------------------------------
def upload(client: Client, text: str | bytes, **more: Any) -> Any:
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(PAGE, {"step": "preview", "file": SimpleUploadedFile("people.csv", data), **more})


def hidden(answer: Any, name: str) -> str:
    return str(answer.content.decode().split(f'name="{name}" value="')[1].split('"')[0])


def test_nothing_is_written_before_it_was_looked_at(place: School, office: Client) -> None:
    before = User.objects.count()
    looked = upload(office, HEAD + "new,new@example.org,New One,own class,\nx,,,,\n")
    assert looked.status_code == 200
    assert "New One" in looked.content.decode()
    assert "1 line is left out" in looked.content.decode()
    assert User.objects.count() == before
    added = office.post(PAGE, {"step": "add", "list": hidden(looked, "list")})
    assert "1 person was added" in added.content.decode()
    user = User.objects.get(username="new")
    assert (user.email, user.preferences, user.is_staff) == ("new@example.org", {"display_name": "New One"}, False)
    assert list(user.groups.all()) == [place.own]
    assert not user.has_usable_password()
    kept = AuditEntry.objects.get(person=user)
    assert (kept.what, kept.actor) == (What.IMPORTED, place.teacher)


def test_the_links_are_saved_once_and_work(place: School, office: Client) -> None:
    looked = upload(office, HEAD + "=cmd|x,,,own class,\nnew,,+1234,own class,\n")
    added = office.post(PAGE, {"step": "add", "list": hidden(looked, "list")})
    saved = office.post(PAGE, {"step": "links", "links": hidden(added, "links")})
    assert saved.headers["Content-Disposition"] == 'attachment; filename="links.csv"'
    assert "no-store" in saved.headers["Cache-Control"]
    rows = list(csv.reader(io.StringIO(saved.content.decode("utf-8-sig"))))
    assert rows[1][:3] == ["new", "'+1234", "own class"]
    address, _hash, token = rows[1][3].partition("#")
    assert address == "http://testserver/invite"
    assert taking.accept(token, password="a good password 1").username == "new"
    # Another administrator's page can do nothing with it.
    assert signed_in(place.colleague).post(PAGE, {"step": "links", "links": hidden(added, "links")}).status_code == 403


def test_passwords_of_the_list_are_to_be_changed(place: School, head: Client) -> None:
    looked = upload(head, HEAD + "new,,,,a good password 1\n")
    added = head.post(PAGE, {"step": "add", "list": hidden(looked, "list")})
    user = User.objects.get(username="new")
    assert user.check_password("a good password 1")
    assert user.password_change_required
    assert 'name="links"' not in added.content.decode()


def test_the_same_list_again_changes_nothing(place: School, head: Client) -> None:
    text = HEAD + "one,,,own class,\ntwo,,,,a good password 1\n"
    for _time in range(2):
        looked = upload(head, text)
        head.post(PAGE, {"step": "add", "list": hidden(looked, "list")})
    assert "2 people are there already" in looked.content.decode()
    assert User.objects.filter(username__in=["one", "two"]).count() == 2
    assert AuditEntry.objects.filter(what=What.IMPORTED).count() == 2


def test_what_takes_too_long_goes_on_where_it_stopped(
    place: School, head: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.admin.lists.SECONDS", -1.0)
    looked = upload(head, HEAD + "slow,,,,a good password 1\nquick,,,,\n")
    added = head.post(PAGE, {"step": "add", "list": hidden(looked, "list")})
    assert "1 line is left" in added.content.decode()
    assert User.objects.filter(username="quick").exists()
    assert not User.objects.filter(username="slow").exists()
    monkeypatch.setattr("accounts.admin.lists.SECONDS", 60.0)
    head.post(PAGE, {"step": "add", "list": hidden(added, "list")})
    assert User.objects.filter(username="slow").exists()


def test_groups_are_made_for_superusers_only(place: School, head: Client, office: Client) -> None:
    text = HEAD + "new,,,8a|8b,\n"
    looked = upload(office, text, make_groups="on")
    assert "There is no group" in looked.content.decode()
    looked = upload(head, text, make_groups="on")
    assert not Group.objects.filter(name="8a").exists()
    head.post(PAGE, {"step": "add", "list": hidden(looked, "list")})
    assert {group.name for group in User.objects.get(username="new").groups.all()} == {"8a", "8b"}


def test_a_list_of_yesterday_or_of_somebody_else_is_not_taken(place: School, office: Client, head: Client) -> None:
    looked = upload(head, HEAD + "new,,,,\n")
    for signed in ("", "x", hidden(looked, "list")):
        assert office.post(PAGE, {"step": "add", "list": signed}).status_code == 400
    assert not User.objects.filter(username="new").exists()


def test_a_bad_file_is_told_at_its_field(place: School, head: Client) -> None:
    answer = upload(head, b"\x00\x01")
    assert answer.status_code == 400
    assert "not a table in CSV" in answer.content.decode()
    assert head.post(PAGE, {"step": "preview"}).status_code == 400


def test_rights_are_taken_away_between_the_steps(place: School, office: Client) -> None:
    looked = upload(office, HEAD + "new,,,own class,\n")
    place.own.policy.managers.clear()
    assert office.post(PAGE, {"step": "add", "list": hidden(looked, "list")}).status_code == 403
    assert not User.objects.filter(username="new").exists()


def test_the_template_is_a_list_that_can_be_read(place: School, office: Client) -> None:
    answer = office.get(f"{PAGE}template/")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert [line.username for line in reading.read(answer.content)] == ["lihua", "bob"]


# --- Links for those who are there -------------------------------------------------------------------
def test_links_for_who_never_chose_a_password(place: School, office: Client, head: Client) -> None:
    data = {"action": "give_links", "_selected_action": [place.pupil.pk], "confirmed": "yes"}
    # A manager could sign in as the pupil with it.
    assert 'name="links"' not in office.post("/admin/accounts/user/", data, follow=True).content.decode()
    assert 'name="links"' in head.post("/admin/accounts/user/", data).content.decode()
    place.pupil.set_unusable_password()
    place.pupil.save()
    answer = office.post("/admin/accounts/user/", data)
    assert 'name="links"' in answer.content.decode()
    assert AuditEntry.objects.filter(what=What.LINK_GIVEN, person=place.pupil, actor=place.teacher).exists()
    assert office.post(PAGE, {"step": "links", "links": hidden(answer, "links")}).status_code == 200


# --- The command -------------------------------------------------------------------------------------
def run(*words: Any) -> dict[str, Any]:
    out = io.StringIO()
    try:
        call_command("import_people", *map(str, words), "--json", stdout=out)
    except SystemExit as end:
        assert end.code == 1
    return dict(json.loads(out.getvalue()))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(HEAD + "new,,New,8a,\nx,,,,\n", encoding="utf-8")
    return path


def test_the_command(place: School, file: Path, tmp_path: Path) -> None:
    looked = run(file, "--dry-run", "--make-groups")
    assert (looked["ok"], looked["add"], looked["refuse"]) == (False, 1, 1)
    assert looked["refused_lines"][0]["line"] == 3
    assert not User.objects.filter(username="new").exists()
    links = tmp_path / "links.csv"
    done = run(file, "--make-groups", "--group", "own class", "--links", links, "--site", "https://ai.example.org/")
    assert (done["added"], done["left"]) == (1, 0)
    assert {group.name for group in User.objects.get(username="new").groups.all()} == {"8a", "own class"}
    assert links.stat().st_mode & 0o077 == 0
    rows = list(csv.reader(io.StringIO(links.read_text("utf-8-sig"))))
    assert rows[1][3].startswith("https://ai.example.org/invite#")
    assert run(file, "--make-groups", "--group", "own class")["same"] == 1


@pytest.mark.parametrize("words", [["none.csv"], ["FILE"], ["FILE", "--group", "no such"], ["FILE", "--links", "FILE"]])
def test_a_wrong_use_changes_nothing(place: School, file: Path, words: list[str]) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("import_people", *[str(file) if word == "FILE" else word for word in words], "--make-groups")
    assert refused.value.returncode == 2
    assert not User.objects.filter(username="new").exists()
