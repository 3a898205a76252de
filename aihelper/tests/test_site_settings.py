"""The site's settings: what is typed is tested, stored, and seen by people."""

import json
import re
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import SiteSettings, User
from chat import selectors
from chat.engine import trash
from chat.models.session import GIVEN_UP

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]

FORM = "/admin/accounts/sitesettings/1/change/"
GOOD = {"site_name": "School Chat", "registration_mode": "closed", "sharing": "members"}


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root", password="correct horse battery"))
    return client


def _picture(width: int = 600, height: int = 200) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (width, height), "#2b6b5a").save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), "image/png")


def _boot(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="boot" type="application/json">(.*?)</script>', page, re.S)
    assert found is not None
    boot: dict[str, Any] = json.loads(found[1])
    return boot


def test_it_works(office: Client) -> None:
    words = {"welcome": "Welcome!", "suggestions": "One?\n\nTwo?", "suggestions_zh": "一？", "trash_days": "7"}
    assert office.post(FORM, GOOD | words).status_code == 302
    stored = SiteSettings.load()
    assert (stored.site_name, stored.suggestions, stored.trash_days) == ("School Chat", ["One?", "Two?"], 7)
    assert "School Chat" in office.get("/admin/").content.decode()
    manifest = Client().get("/manifest.webmanifest").json()
    assert (manifest["name"], manifest["short_name"]) == ("School Chat", "School Chat")


@pytest.mark.parametrize(
    "wrong",
    [
        {"site_name": ""},
        {"site_name": "x" * 41},
        {"registration_mode": "anything"},
        {"sharing": "world"},
        {"trash_days": "-1"},
        {"trash_days": "3651"},
        {"trash_days": "many"},
        {"suggestions": "\n".join("abcdefghi")},
        {"welcome": "x" * 301},
        {"picture": SimpleUploadedFile("logo.svg", b"<svg onload='alert(1)'/>", "image/svg+xml")},
    ],
)
def test_bad_input_changes_nothing(office: Client, wrong: dict[str, Any]) -> None:
    assert office.post(FORM, GOOD | wrong).status_code == 200
    assert not SiteSettings.objects.exists()


def test_the_page_has_them(client: Client, settings: Any) -> None:
    SiteSettings(site_name="School Chat", welcome="Hi", welcome_zh="", suggestions=["One?"]).save()
    page = client.get("/login").content.decode()
    if "has not been built" in page:
        pytest.skip("the page is not built")
    assert "<title>School Chat</title>" in page
    boot = _boot(page)
    assert boot["site"] == {
        "name": "School Chat",
        "logo": None,
        "welcome": {"en": "Hi", "zh-hans": "Hi"},
        "suggestions": {"en": ["One?"], "zh-hans": ["One?"]},
    }
    assert boot["trash_days"] == settings.TRASH_DAYS


def test_a_logo_is_encoded_anew_and_open_to_everybody(office: Client) -> None:
    assert office.post(FORM, GOOD | {"picture": _picture()}).status_code == 302
    name = SiteSettings.load().logo
    answer = Client().get(f"/media/site/{name}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    with Image.open(BytesIO(answer.content)) as image:
        assert (image.format, image.width) == ("WEBP", 256)
        assert image.height < image.width
    office.post(FORM, GOOD)
    assert SiteSettings.load().logo == name
    office.post(FORM, GOOD | {"no_logo": "on"})
    assert SiteSettings.load().logo == ""


def test_a_logo_that_is_not_there() -> None:
    assert Client().get("/media/site/11111111-1111-4111-8111-111111111111.webp").status_code == 404


@pytest.mark.parametrize(
    ("operator", "administrator", "number"),
    [
        ("public", "public", 3),
        ("public", "members", 2),
        ("members", "public", 2),
        ("public", "off", 0),
        ("off", "public", 0),
    ],
)
def test_the_narrower_sharing_holds(settings: Any, operator: str, administrator: str, number: int) -> None:
    settings.SHARING = operator
    SiteSettings(sharing=administrator).save()
    assert len(selectors.audiences()) == number


def test_days_in_the_trash_go_before_the_servers(settings: Any) -> None:
    settings.TRASH_DAYS = 30
    usual = trash.cutoff()
    SiteSettings(trash_days=60).save()
    assert trash.cutoff() < usual
    SiteSettings(trash_days=0).save()
    assert trash.cutoff() < usual and trash.cutoff().year == GIVEN_UP.year


# --- The test of the mail server ----------------------------------------------------------------
MAIL = "/admin/accounts/sitesettings/mail/"


@pytest.fixture
def mail_server(settings: Any) -> None:
    settings.EMAIL_URL = "smtp://teacher:secret-of-mail@mail.example.com:25"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "mail.example.com", 25


def test_a_test_mail_is_sent(office: Client, mail_server: None) -> None:
    page = office.get(FORM).content.decode()
    assert "mail.example.com:25" in page and "secret-of-mail" not in page
    answer = office.post(MAIL, {"address": "head@school.example"}, follow=True)
    assert "The mail server took it." in answer.content.decode()
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["head@school.example"], "A test from AI Helper")


def test_what_the_mail_server_refuses_is_said(office: Client, mail_server: None, monkeypatch: Any) -> None:
    def refuse(*_arguments: Any) -> None:
        raise ConnectionRefusedError("secret-of-mail")

    monkeypatch.setattr("accounts.site.mail.send_mail", refuse)
    shown = office.post(MAIL, {"address": "head@school.example"}, follow=True).content.decode()
    assert "did not take it (ConnectionRefusedError)" in shown and "secret-of-mail" not in shown


@pytest.mark.parametrize("address", ["", "x", "a@b@c", "a@b.example\nBcc: c@d.example", "x" * 330 + "@b.example"])
def test_no_mail_to_what_is_no_address(office: Client, mail_server: None, address: str) -> None:
    office.post(MAIL, {"address": address})
    assert not mail.outbox


def test_no_mail_without_a_server(office: Client, settings: Any) -> None:
    settings.EMAIL_URL = ""
    assert "No mail server is set" in office.get(FORM).content.decode()
    answer = office.post(MAIL, {"address": "head@school.example"}, follow=True)
    assert "No mail server is set" in answer.content.decode() and not mail.outbox


def test_no_flood_of_mails(office: Client, mail_server: None) -> None:
    for _number in range(7):
        office.post(MAIL, {"address": "head@school.example"})
    assert len(mail.outbox) == 5


def test_who_may_only_look_sends_none(mail_server: None) -> None:
    staff = User.objects.create_user("staff", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_sitesettings"))
    client = Client()
    client.force_login(staff)
    assert "Send a test e-mail" not in client.get(FORM).content.decode()
    assert client.post(MAIL, {"address": "head@school.example"}).status_code == 403
    assert Client().post(MAIL, {"address": "head@school.example"}).status_code == 302
    assert not mail.outbox
