"""GET and POST /api/prompts, PATCH and DELETE /api/prompts/{prompt_id}."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import LiveNote
from chat.models import Prompt
from chat.services import prompts
from chat.tests import make

pytestmark = pytest.mark.django_db
URL = "/api/prompts"


def add(client: APIClient, command: Any = "translate", text: Any = "Translate {{text}}", **fields: Any) -> Any:
    return client.post(URL, {"command": command, "text": text, **fields}, format="json")


def test_it_works(alice: Any, alice_api: APIClient) -> None:
    made = add(alice_api, "/翻译", " Translate into {{language|English}}: \r\n", title=" Into  English ")
    body = made.json()
    assert made.status_code == 201
    assert body == {
        "prompt_id": Prompt.objects.get().prompt_id,
        "command": "翻译",
        "title": "Into English",
        "text": "Translate into {{language|English}}:",
        "mine": True,
    }
    changed = alice_api.patch(f"{URL}/{body['prompt_id']}", {"command": "en"}, format="json")
    assert (changed.status_code, changed.json()) == (200, body | {"command": "en"})
    assert alice_api.get(URL).json() == {"prompts": [changed.json()]}
    assert alice_api.delete(f"{URL}/{body['prompt_id']}").status_code == 200
    assert alice_api.get(URL).json() == {"prompts": []}
    assert LiveNote.objects.filter(user=alice, what="prompts").exists()


def test_those_of_everybody_are_shown_and_stay(alice_api: APIClient) -> None:
    shared = Prompt.objects.create(command="shared", title="Shared", text="For all")
    Prompt.objects.create(command="off", title="Off", text="Not offered", is_active=False)
    add(alice_api, "shared", "My own")
    rows = alice_api.get(URL).json()["prompts"]
    assert [(row["text"], row["mine"]) for row in rows] == [("For all", False), ("My own", True)]
    assert alice_api.patch(f"{URL}/{shared.prompt_id}", {"text": "x"}, format="json").status_code == 404
    assert alice_api.delete(f"{URL}/{shared.prompt_id}").status_code == 404
    shared.refresh_from_db()
    assert shared.text == "For all"


def test_a_command_is_there_once(alice_api: APIClient, bob_api: APIClient) -> None:
    add(alice_api, "one")
    other = add(alice_api, "two").json()["prompt_id"]
    again = add(alice_api, "one")
    assert (again.status_code, again.json()["code"]) == (409, "prompt_exists")
    assert alice_api.patch(f"{URL}/{other}", {"command": "one"}, format="json").json()["code"] == "prompt_exists"
    assert add(bob_api, "one").status_code == 201


def test_there_is_an_end(alice: Any, alice_api: APIClient) -> None:
    rows = [Prompt(owner=alice, command=f"c{number}", title="t", text="t") for number in range(prompts.MAX_PROMPTS)]
    Prompt.objects.bulk_create(rows)
    full = add(alice_api)
    assert (full.status_code, full.json()["code"]) == (409, "prompts_full")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"command": "a b", "text": "x"},
        {"command": "", "text": "x"},
        {"command": "a/b", "text": "x"},
        {"command": "x" * 65, "text": "x"},
        {"command": 5, "text": "x"},
        {"command": "a", "text": ""},
        {"command": "a", "text": " \n "},
        {"command": "a", "text": "x" * 20_001},
        {"command": "a", "text": "\x01"},
        {"command": "a", "text": "x", "title": "t" * 121},
        [],
    ],
)
def test_bad_input(alice_api: APIClient, body: Any) -> None:
    response = alice_api.post(URL, body, format="json")
    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert not Prompt.objects.exists()


def test_only_yours(alice_api: APIClient, bob_api: APIClient, admin_api: APIClient, api: APIClient) -> None:
    mine = add(alice_api).json()["prompt_id"]
    for client in (bob_api, admin_api):
        assert client.get(URL).json() == {"prompts": []}
        for prompt_id in (mine, make.UNKNOWN_ID, "x"):
            assert client.patch(f"{URL}/{prompt_id}", {"text": 5}, format="json").status_code == 404
            assert client.delete(f"{URL}/{prompt_id}").status_code == 404
    assert [api.get(URL).status_code, add(api).status_code, api.delete(f"{URL}/{mine}").status_code] == [401] * 3
    assert Prompt.objects.get().text == "Translate {{text}}"
