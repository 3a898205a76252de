"""Pictures of every page of the administration: `make admin-screenshots`, into screenshots/admin/.

Lists (also with their filters open, two rows ticked, a search that finds nothing, and empty), forms, questions before
deletions and pages of our own, found by walking the site (pages.py): of a small school (school/) and of a site without
anything, in both languages and themes, 1280 pixels wide and on a phone. A picture is called after its page, such as
"chat.role-add-zh-light-390"; `ONLY="zh-light chat.role"` takes those with all these parts in their names. Says what of
the Chinese pages is English, which pages are wider than the window, and what the browser complains of; with AXE=1 also
what axe finds wrong.
"""

import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, ConsoleMessage, Page

from aihelper.lib.environment import ROOT
from aihelper.tests.e2e.accessibility import violations_as_it_is
from aihelper.tests.e2e.browser import chromium
from aihelper.tests.e2e.site import Site, prepare

FOLDER = Path(ROOT, "screenshots", "admin")
LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
THEMES = ("light", "dark")
HEIGHTS = {1280: 900, 390: 844}
# Of these the first row is not what one mostly sees: oneself, and the demo.
ANOTHER = ("accounts.user ", "providers.provider ")
LEFT = re.compile(r" (by|last page|search|autocomplete)\b|^search|jsi18n")
# Words of a page that no row of a table gives: two English words in a row on a Chinese page want translating.
WORDS = """() => [...document.querySelectorAll('h1, h2, h3, th, label, button, nav a, .help, p, legend, summary')]
    .filter(e => e.offsetParent && !e.closest('tbody'))
    .map(e => e.innerText.trim()).filter(text => /[A-Za-z]{3,} [A-Za-z]{2,}/.test(text) && text.length < 200)"""
TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"


class Picture(NamedTuple):
    """What its page is called, its address, and what is done there first (ACTS)."""

    title: str
    path: str
    act: str = ""
    signed_in: bool = True


class Look(NamedTuple):
    """How a page is looked at."""

    language: str
    theme: str
    width: int

    def __str__(self) -> str:
        return f"{self.language}-{self.theme}-{self.width}"


LOOKS = [Look(*each) for each in itertools.product(LANGUAGES, THEMES, HEIGHTS)]


def main(parts: list[str]) -> int:
    """Take the pictures; returns 1 when a browser complained, or a page was wider than its window."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    faults: dict[str, list[str]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        prepared = Path(name, "prepared")
        prepare(prepared)
        for kind in ("school", "empty"):
            site = Site("uvicorn", prepared, Path(name, kind), {})
            facts = _filled(site, kind)
            wanted = [
                (look, picture) for look in LOOKS for picture in facts["pictures"] if _wanted(look, picture, parts)
            ]
            if not wanted:
                continue
            site.start()
            try:
                for look, rows in itertools.groupby(wanted, key=lambda each: each[0]):
                    _take(browser, site, facts, look, [picture for _look, picture in rows], faults)
            finally:
                site.stop()
    for fault, found in faults.items():
        print(f"{fault}: {', '.join(sorted(set(found)))}")
    return int(any(not fault.startswith("English") for fault in faults))


def _wanted(look: Look, picture: Picture, parts: list[str]) -> bool:
    return all(part in _name(look, picture) for part in parts)


def _name(look: Look, picture: Picture) -> str:
    return f"{picture.title.replace(' ', '-')}-{look}"


def _take(
    browser: Browser, site: Site, facts: dict[str, Any], look: Look, pictures: list[Picture],
    faults: dict[str, list[str]],
) -> None:  # fmt: skip
    """Take these pictures in one look. What is wrong with them is added to `faults`, by what it is."""
    context = browser.new_context(
        viewport={"width": look.width, "height": HEIGHTS[look.width]},
        color_scheme="dark" if look.theme == "dark" else "light",
        locale=LANGUAGES[look.language],
        reduced_motion="reduce",
        has_touch=look.width < 1000,
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", partial(_note, said))
    cookie: Any = {"name": facts["cookie"], "value": facts["session"], "url": site.url}
    for picture in pictures:
        said.clear()
        context.clear_cookies()
        if picture.signed_in:
            context.add_cookies([cookie])
        page.goto(site.url + picture.path)
        if picture.act and not ACTS[picture.act](page):
            continue
        page.screenshot(path=FOLDER / f"{_name(look, picture)}.png", full_page=True)
        for words in said:
            faults[f"complaint {words}"].append(_name(look, picture))
        if page.evaluate(TOO_WIDE):
            faults["wider than the window"].append(_name(look, picture))
        for line in violations_as_it_is(page) if os.environ.get("AXE") else ():
            faults[f"axe {_without_numbers(line)}"].append(_name(look, picture))
        if look.language == "zh":
            for words in page.evaluate(WORDS):
                faults[f"English {words!r}"].append(picture.title)
    context.close()


def _without_numbers(line: str) -> str:
    """What axe has found, in the same words for the same element of another row."""
    return re.sub(r"[0-9]+", "0", line)


def _note(said: list[str], message: ConsoleMessage) -> None:
    said.append(message.text)


def _open_filters(page: Page) -> bool:
    """Open them; returns whether the list has any, as the other acts do."""
    opener = page.locator("a[x-on\\:click*=filterOpen], button[x-on\\:click*=filterOpen]").first
    if not opener.count():
        return False
    opener.click()
    page.locator("#changelist-filter").first.wait_for(state="visible")
    return True


def _tick_two(page: Page) -> bool:
    boxes = page.locator("#result_list input.action-select")
    if boxes.count() < 2:
        return False
    for place in (0, 1):
        boxes.nth(place).check()
    return True


def _open_menu(page: Page) -> bool:
    """On a phone; else it is open."""
    opener = page.locator(".admin-menu-narrow")
    if not opener.is_visible():
        return False
    opener.click()
    return True


ACTS = {"filters": _open_filters, "ticked": _tick_two, "menu": _open_menu}


def _filled(site: Site, kind: str) -> dict[str, Any]:
    """Fill the site's database, and get the pictures of its pages and a session."""
    command = [sys.executable, "-m", "aihelper.tests.administration.screenshots", "--fill", kind]
    done = subprocess.run(command, cwd=ROOT, env=site._environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    facts["pictures"] = [Picture(*each) for each in facts["pictures"]]
    return facts


def fill(kind: str) -> None:
    """In the site's own environment: rows, and as JSON what `_filled` reads."""
    import django

    from aihelper.lib import environment

    environment.prepare()
    django.setup()
    from django.conf import settings
    from django.test import Client

    from accounts.models import User
    from aihelper.tests.administration import school

    root = User.objects.filter(is_superuser=True).earliest("pk")
    if kind == "school":
        school.fill(root)
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(root)
    pictures = list(_of_the_school(client, root) if kind == "school" else _of_nothing(root))
    name = settings.SESSION_COOKIE_NAME
    print(json.dumps({"cookie": name, "session": client.cookies[name].value, "pictures": pictures}))


def _of_the_school(client: Any, root: Any) -> Iterator[Picture]:
    """All pages that answer with a page."""
    from django.urls import reverse

    from aihelper.tests.administration.pages import pages

    yield Picture("signed out", reverse("admin:login"), signed_in=False)
    yield Picture("index menu", reverse("admin:index"), "menu")
    for page in pages(root):
        if LEFT.search(page.name) or ("(another)" in page.name and not page.name.startswith(ANOTHER)):
            continue
        answer = client.get(page.path)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            yield Picture(page.name, page.path)
            if _is_list(page.name):
                yield Picture(f"{page.name} filters", page.path, "filters")
                yield Picture(f"{page.name} ticked", page.path, "ticked")
                yield Picture(f"{page.name} nothing found", f"{page.path}?q=nobody+has+this+name")


def _of_nothing(root: Any) -> Iterator[Picture]:
    """The lists of a site on its first day."""
    from aihelper.tests.administration.pages import pages

    for page in pages(root):
        if _is_list(page.name) or page.name in {"index", "providers.provider status"}:
            yield Picture(f"empty {page.name}", page.path)


def _is_list(name: str) -> bool:
    return re.fullmatch(r"\w+\.\w+", name) is not None


if __name__ == "__main__":
    if sys.argv[1:2] == ["--fill"]:
        fill(sys.argv[2])
    else:
        sys.exit(main(sys.argv[1:]))
