from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import services, tokens
from accounts.models import RefreshToken, User
from accounts.tests.support import PASSWORD, in_parallel
from aihelper.lib.errors import NotSignedIn

pytestmark = pytest.mark.django_db
URL = "/api/token/refresh"


def later(seconds: float) -> None:
    """Let this much time pass for every token."""
    for row in RefreshToken.objects.all():
        row.create_time -= timedelta(seconds=seconds)
        row.expires_at -= timedelta(seconds=seconds)
        row.used_at = row.used_at and row.used_at - timedelta(seconds=seconds)
        row.save()


def test_it_works(api: Any, alice: Any) -> None:
    response = api.post(URL, {"refresh": tokens.issue(alice).refresh}, format="json")
    assert response.status_code == 200
    body = response.json()
    assert set(body) == {"access_token", "token_type", "access", "refresh"}
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {body['access']}")
    assert api.get("/api/user/info").json()["username"] == "alice"
    assert api.post(URL, {"refresh": body["refresh"]}, format="json").status_code == 200


def test_an_expired_access_token_beside_it_does_not_matter(api: Any, alice: Any) -> None:
    api.credentials(HTTP_AUTHORIZATION="Bearer expired")
    assert api.post(URL, {"refresh": tokens.issue(alice).refresh}, format="json").status_code == 200


def test_the_second_tab_gets_the_same_token(alice: Any) -> None:
    first = tokens.issue(alice).refresh
    assert tokens.refresh(first).refresh == tokens.refresh(first).refresh
    assert RefreshToken.objects.count() == 2


def test_a_tab_two_steps_behind_gets_the_newest(alice: Any) -> None:
    first = tokens.issue(alice).refresh
    third = tokens.refresh(tokens.refresh(first).refresh).refresh
    assert tokens.refresh(first).refresh == third


def test_a_stale_token_revokes_its_family_only(alice: Any) -> None:
    other = tokens.issue(alice)
    first = tokens.issue(alice)
    second = tokens.refresh(first.refresh)
    later(11)
    with pytest.raises(NotSignedIn):
        tokens.refresh(first.refresh)
    with pytest.raises(NotSignedIn):
        tokens.refresh(second.refresh)
    with pytest.raises(NotSignedIn):
        tokens.user_of_access(second.access)
    assert tokens.refresh(other.refresh).family == other.family


def test_a_thief_who_was_first_is_found_out(alice: Any) -> None:
    stolen = tokens.issue(alice).refresh
    thief = tokens.refresh(stolen)
    later(3600)
    with pytest.raises(NotSignedIn):
        tokens.refresh(stolen)
    with pytest.raises(NotSignedIn):
        tokens.refresh(thief.refresh)


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_are_one_family() -> None:
    user = User.objects.create_user("alice", password=PASSWORD)
    for _round in range(5):
        token = tokens.issue(user).refresh
        answers = in_parallel(lambda: tokens.refresh(token), times=10, threads=10)  # noqa: B023 - ends in its round
        assert all(isinstance(answer, tokens.TokenPair) for answer in answers), answers
        assert len({answer.refresh for answer in answers if isinstance(answer, tokens.TokenPair)}) == 1
        assert RefreshToken.objects.count() == 2
        assert RefreshToken.objects.filter(used_at=None, revoked_at=None).count() == 1
        RefreshToken.objects.all().delete()


def test_expired(alice: Any) -> None:
    token = tokens.issue(alice).refresh
    RefreshToken.objects.update(expires_at=timezone.now())
    with pytest.raises(NotSignedIn):
        tokens.refresh(token)


def test_a_token_that_was_never_given_out(alice: Any) -> None:
    token = tokens.issue(alice).refresh
    RefreshToken.objects.all().delete()
    with pytest.raises(NotSignedIn):
        tokens.refresh(token)


def test_a_deleted_user(api: Any, alice: Any) -> None:
    token = tokens.issue(alice).refresh
    alice.delete()
    assert api.post(URL, {"refresh": token}, format="json").status_code == 401


def test_a_disabled_user(api: Any, alice: Any) -> None:
    token = tokens.issue(alice).refresh
    services.disable(alice)
    response = api.post(URL, {"refresh": token}, format="json")
    assert (response.status_code, response.json()["code"]) == (401, "token_not_valid")


def test_an_access_token_is_no_refresh_token(api: Any, alice: Any) -> None:
    assert api.post(URL, {"refresh": tokens.issue(alice).access}, format="json").status_code == 401


@pytest.mark.parametrize("value", ["", " ", None, [], {}, 0, True, "null", "x" * 5000, "a\0b", "é"])
def test_bad_input(api: Any, alice: Any, value: Any) -> None:
    assert api.post(URL, {"refresh": value}, format="json").status_code in {400, 401}


def test_limit_by_address(api: Any, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.api.sign_in.REFRESHES_PER_MINUTE", 2)
    answers = [api.post(URL, {"refresh": "x"}, format="json").status_code for _try in range(3)]
    assert answers == [401, 401, 429]


def test_a_sign_in_tidies_up(alice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "PURGE_CHANCE", 1)
    tokens.issue(alice)
    RefreshToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    services.issue_tokens(alice)
    assert RefreshToken.objects.count() == 1


def test_expired_rows_are_deleted(alice: Any) -> None:
    tokens.issue(alice)
    tokens.issue(alice)
    first = RefreshToken.objects.earliest("pk")
    RefreshToken.objects.filter(pk=first.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    services.purge_expired()
    assert RefreshToken.objects.count() == 1
