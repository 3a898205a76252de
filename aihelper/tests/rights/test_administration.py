"""Django admin is for administrators, and shows nobody what was said."""

import re

import pytest
from django.urls import get_resolver

from aihelper.lib.db import run_db
from aihelper.lib.testing.asgi import Exchange
from aihelper.tests.rights import admin_table, world
from aihelper.tests.rights.administrators import path_of
from aihelper.tests.rights.asking import Answered, secrets_in, walk
from aihelper.tests.rights.world import COLUMNS, Worlds
from chat.engine.supervisor import Supervisor

# What the owner of world.py wrote, asked and attached.
_SAID = (
    rb"A question of the owner|An answer for the owner|A document of the owner|words\.txt|A prompt of the owner"
    rb"|A secret of the owner"
)

ADMIN = {line.split()[0]: int(line.split()[1]) for line in admin_table.ADMIN.strip().splitlines()}


def test_every_route_of_the_administration_has_a_row() -> None:
    assert {route for route, _callback in walk(get_resolver()) if route.startswith("admin/")} == set(ADMIN)


@pytest.mark.asyncio
async def test_the_administration_is_for_administrators(server: Supervisor) -> None:
    rows = await run_db(world.rows_of_the_administration)
    wrong: list[str] = []
    about = {column: await run_db(world.build, column) for column in COLUMNS}
    for route, status in ADMIN.items():
        path = path_of(route, rows)
        for column in COLUMNS:
            async with Exchange("GET", path, about[column].headers) as answer:
                answered = Answered(answer.status, answer.headers, await answer.body())
            others = 200 if route in admin_table.ADMIN_OPEN else 302
            expected = status if column == "admin" else others
            if answered.status != expected:
                wrong.append(f"GET {route} by {column}: {answered}, not {expected}")
            if column != "admin" and expected == 302 and "/admin/" not in answered.headers.get("location", ""):
                wrong.append(f"GET {route} by {column}: {answered}")
            wrong += secrets_in(("GET", route), answered)
            # Who used what, but never what was said.
            if re.search(
                _SAID,
                answered.body,
            ):
                wrong.append(f"GET {route} by {column}: shows what was said")
    assert not wrong, "\n".join(wrong)


@pytest.mark.asyncio
async def test_the_administration_takes_no_post_without_our_page(server: Supervisor) -> None:
    rows = await run_db(world.rows_of_the_administration)
    wrong: list[str] = []
    worlds = Worlds()
    for route in ADMIN:
        path = path_of(route, rows)
        about = await worlds.of("admin")
        for change in ({"x-csrftoken": "b" * 32}, {"origin": "http://evil.example"}):
            async with Exchange("POST", path, about.headers | change) as answer:
                if answer.status not in {403, 405}:
                    wrong.append(f"POST {route} with {change}: {answer.status}")
        about = await worlds.of("other")
        async with Exchange("POST", path, about.headers) as answer:
            if answer.status not in {302, 405}:
                worlds.spend("other")
                if route not in admin_table.ADMIN_OPEN:
                    wrong.append(f"POST {route} by other: {answer.status}")
    assert not wrong, "\n".join(wrong)
