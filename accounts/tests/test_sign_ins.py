from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import services, sign_ins, tokens
from accounts.models import RefreshToken, SignIn, SocketTicket, User
from accounts.sessions import SessionStore, stored_key
from accounts.tests.support import PASSWORD, bearer, login

pytestmark = pytest.mark.django_db
URL = "/api/user/sign-ins"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def listed(client: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get(URL).json()["sign_ins"]
    return rows


def browser() -> APIClient:
    client = APIClient()
    assert login(client, HTTP_USER_AGENT=FIREFOX).status_code == 200
    return client


def program() -> tuple[APIClient, dict[str, Any]]:
    client = APIClient()
    credentials = {"username": "alice", "password": PASSWORD}
    body = client.post("/api/token", credentials, format="json", HTTP_USER_AGENT="curl/8.5.0").json()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {body['access']}")
    return client, body


def test_the_list(alice: Any, bob_api: Any) -> None:
    first, (script, _body) = browser(), program()
    rows = listed(first)
    assert [(row["kind"], row["device"], row["current"]) for row in rows] == [
        ("program", "curl", False),
        ("browser", "Firefox on Linux", True),
    ]
    assert rows[1]["address"] == "127.0.0.1"
    assert rows[1]["create_time"].endswith("Z") and rows[1]["last_seen"].endswith("Z")
    assert set(rows[0]) == {"id", "kind", "device", "address", "create_time", "last_seen", "current"}
    assert [row["current"] for row in listed(script)] == [True, False]
    assert [row["current"] for row in listed(bob_api)] == [True]


def test_nothing_in_it_admits_anybody(alice: Any) -> None:
    client = browser()
    key = str(client.session.session_key)
    stored = str(list(SignIn.objects.values())) + str(list(Session.objects.values_list("session_key", flat=True)))
    assert key not in stored
    assert stored_key(key) not in client.get(URL).content.decode()
    # What the table holds is not a key.
    assert SessionStore(stored_key(key)).load() == {}
    assert SessionStore(key).load()["_auth_user_id"] == str(alice.pk)


def test_a_session_behaves_like_djangos(alice: Any) -> None:
    store = SessionStore()
    store["a"] = 1
    store.save()
    key = str(store.session_key)
    assert store.exists(key) and not store.exists("another")
    store.cycle_key()
    assert not store.exists(key) and SessionStore(store.session_key).load() == {"a": 1}
    store.flush()
    assert not Session.objects.exists()
    assert SessionStore(None).load() == {}


def test_queries(alice: Any, django_assert_num_queries: Any) -> None:
    for _number in range(5):
        program(), browser()
    with django_assert_num_queries(3):
        assert len(sign_ins.of_person(alice)) == 10


def test_ending_a_browser(alice: Any) -> None:
    mine, other = browser(), browser()
    family = RefreshToken.objects.latest("pk").family
    [target] = [row["id"] for row in listed(mine) if not row["current"]]
    assert mine.delete(f"{URL}/{target}").status_code == 200
    assert other.get("/api/user/info").status_code == 401
    assert RefreshToken.objects.get(family=family).revoked_at is not None
    assert [row["current"] for row in listed(mine)] == [True]
    assert mine.delete(f"{URL}/{target}").status_code == 404


def test_ending_a_program(alice: Any) -> None:
    mine, (script, pair) = browser(), program()
    [target] = [row["id"] for row in listed(mine) if row["kind"] == "program"]
    assert mine.delete(f"{URL}/{target}").status_code == 200
    assert script.get("/api/user/info").status_code == 401
    response = APIClient().post("/api/token/refresh", {"refresh": pair["refresh"]}, format="json")
    assert response.status_code == 401


def test_ending_oneself(alice: Any) -> None:
    mine = browser()
    assert mine.delete(f"{URL}/{listed(mine)[0]['id']}").status_code == 200
    assert mine.get("/api/user/info").status_code == 401


def test_ending_all_others(alice: Any, bob_api: Any) -> None:
    mine, other, (script, _pair) = browser(), browser(), program()
    unlisted = bearer(alice)
    answer = mine.delete(URL).json()
    assert (answer["ended"], listed(mine)[0]["current"], len(listed(mine))) == (2, True, 1)
    assert all(client.get("/api/user/info").status_code == 401 for client in (other, script, unlisted))
    assert bob_api.get("/api/user/info").status_code == 200


def test_a_program_ends_all_others(alice: Any) -> None:
    mine, (script, pair) = browser(), program()
    assert script.delete(URL).json()["ended"] == 1
    assert mine.get("/api/user/info").status_code == 401
    assert script.get("/api/user/info").status_code == 200
    assert APIClient().post("/api/token/refresh", {"refresh": pair["refresh"]}, format="json").status_code == 200


def test_a_browsers_tokens_are_its_own_sign_in(alice: Any) -> None:
    mine, other = APIClient(), browser()
    access = login(mine).json()["access"]
    mine.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    assert mine.delete(URL).json()["ended"] == 1
    assert mine.get("/api/user/info").status_code == 200
    mine.credentials()
    assert mine.get("/api/user/info").status_code == 200
    assert other.get("/api/user/info").status_code == 401


def test_somebody_elses(alice: Any, bob: Any, bob_api: Any, admin_api: Any) -> None:
    mine = browser()
    target = listed(mine)[0]["id"]
    for client in (bob_api, admin_api):
        response = client.delete(f"{URL}/{target}")
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
        assert response.json() == client.delete(f"{URL}/999999999").json()
    assert mine.get("/api/user/info").status_code == 200


def test_nobody(api: Any) -> None:
    for response in (api.get(URL), api.delete(URL), api.delete(f"{URL}/1")):
        assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize("name", ["0", "9" * 30])
def test_bad_ids(alice_api: Any, name: str) -> None:
    assert alice_api.delete(f"{URL}/{name}").status_code == 404


def test_signing_out_takes_it_off(alice: Any) -> None:
    browser().post("/api/logout")
    program()[0].post("/api/logout")
    assert not SignIn.objects.exists()


def test_the_doors_of_the_administration(admin: Any) -> None:
    client = Client()
    client.post("/admin/login/", {"username": admin.username, "password": PASSWORD})
    row = SignIn.objects.get()
    assert (row.user, row.kind) == (admin, "browser")
    client.post("/admin/logout/")
    assert not SignIn.objects.exists()


def test_a_new_password_leaves_this_one(alice: Any) -> None:
    mine = browser()
    browser(), program()
    body = {"current_password": PASSWORD, "new_password": "correct horse 2"}
    assert mine.post("/api/user/password", body, format="json").status_code == 200
    assert [row["current"] for row in listed(mine)] == [True]
    assert SignIn.objects.count() == 1


def test_a_program_changes_the_password(alice: Any) -> None:
    browser()
    body = {"current_password": PASSWORD, "new_password": "correct horse 2"}
    access = program()[0].post("/api/user/password", body, format="json").json()["access"]
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    assert [row["current"] for row in listed(client)] == [True]


@pytest.mark.parametrize("change", [services.disable, services.end_sessions])
def test_an_administrator_ends_all(alice: Any, change: Any) -> None:
    browser(), program()
    change(alice)
    assert not SignIn.objects.exists()


def test_a_password_from_the_administration_ends_all(alice: Any) -> None:
    browser(), program()
    user = User.objects.get(pk=alice.pk)
    user.email = "else@example.org"
    user.save()
    assert SignIn.objects.count() == 2
    user.set_password("correct horse 2")
    user.save()
    assert not SignIn.objects.exists()


def test_what_has_expired_is_not_shown(alice: Any) -> None:
    mine = browser()
    browser(), program()
    Session.objects.exclude(session_key=stored_key(str(mine.session.session_key))).update(expire_date=timezone.now())
    RefreshToken.objects.update(expires_at=timezone.now())
    assert len(listed(mine)) == 1
    SignIn.objects.update(last_seen=timezone.now() - timedelta(days=32))
    sign_ins.purge_expired()
    assert not SignIn.objects.exists()


def test_seen(alice: Any) -> None:
    mine, (_script, pair) = browser(), program()
    long_ago = timezone.now() - timedelta(hours=1)
    SignIn.objects.update(last_seen=long_ago)
    APIClient().post("/api/token/refresh", {"refresh": pair["refresh"]}, format="json")
    assert SignIn.objects.get(kind="program").last_seen > long_ago
    sign_ins.seen([f"session:{stored_key(str(mine.session.session_key))}"])
    first = SignIn.objects.get(kind="browser").last_seen
    assert first > long_ago
    sign_ins.seen([f"session:{stored_key(str(mine.session.session_key))}"])
    assert SignIn.objects.get(kind="browser").last_seen == first


def test_a_ticket_knows_its_sign_in(alice: Any) -> None:
    mine = browser()
    mine.post("/api/ws-ticket")
    assert SocketTicket.objects.get().sign_in == f"session:{stored_key(str(mine.session.session_key))}"
    pair = tokens.issue(alice)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access}")
    client.post("/api/ws-ticket")
    assert SocketTicket.objects.latest("pk").sign_in == f"tokens:{pair.family.hex}"


def test_a_page_counts_as_seen(alice: Any) -> None:
    request = HttpRequest()
    request.session = browser().session
    request.META = {"HTTP_USER_AGENT": "curl/8\x00", "REMOTE_ADDR": "2001:db8::7"}
    SignIn.objects.all().delete()
    sign_ins.arrived(request, alice)
    row = SignIn.objects.get()
    assert (row.user_agent, row.address, row.kind) == ("curl/8", "2001:db8::7", "browser")
    SignIn.objects.update(last_seen=timezone.now() - timedelta(hours=1))
    request.META["REMOTE_ADDR"] = "no address"
    sign_ins.arrived(request, alice)
    row.refresh_from_db()
    assert row.address is None and row.last_seen > timezone.now() - timedelta(minutes=1)
