"""Pictures of every page of the administration: `make admin-screenshots`, into screenshots/admin/.

Lists, forms, questions before deletions and pages of our own, found by walking the site (pages.py), in both languages
and themes at 1280 pixels; `ONLY="zh-light chat.role"` takes those with all these parts in their names. Says what of the
Chinese pages is English, and what the browser complains of.
"""

import json
import re
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage

from aihelper.lib.environment import ROOT
from aihelper.tests.e2e.browser import chromium
from aihelper.tests.e2e.site import Site, prepare

FOLDER = Path(ROOT, "screenshots", "admin")
LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
THEMES = ("light", "dark")
ROWS = 12
# Words of a page that no row of a table gives: two English words in a row on a Chinese page want translating.
WORDS = """() => [...document.querySelectorAll('h1, h2, h3, th, label, button, nav a, .help, p, legend, summary')]
    .filter(e => e.offsetParent && !e.closest('td'))
    .map(e => e.innerText.trim()).filter(text => /[A-Za-z]{3,} [A-Za-z]{2,}/.test(text) && text.length < 200)"""


def main(parts: list[str]) -> int:
    """Take the pictures; returns 1 when a browser complained."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    complaints: dict[str, list[str]] = {}
    english: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        prepared = Path(name, "prepared")
        prepare(prepared)
        site = Site("uvicorn", prepared, Path(name, "site"), {})
        facts = _filled(site)
        site.start()
        try:
            for language, theme in ((language, theme) for language in LANGUAGES for theme in THEMES):
                look: dict[str, Any] = {
                    "color_scheme": theme,
                    "locale": LANGUAGES[language],
                    "reduced_motion": "reduce",
                }
                context = browser.new_context(viewport={"width": 1280, "height": 900}, **look)
                context.add_cookies([{"name": facts["cookie"], "value": facts["session"], "url": site.url}])
                page = context.new_page()
                said: list[str] = []
                page.on("console", partial(_note, said))
                for title, path in facts["pages"]:
                    picture = f"{title.replace(' ', '-')}-{language}-{theme}"
                    if not all(part in picture for part in parts):
                        continue
                    said.clear()
                    page.goto(site.url + path)
                    page.screenshot(path=FOLDER / f"{picture}.png", full_page=True)
                    if said:
                        complaints[picture] = list(said)
                    if language == "zh" and (found := page.evaluate(WORDS)):
                        english[title] = found
                context.close()
        finally:
            site.stop()
    for title, found in english.items():
        print(f"English on {title}: {sorted(set(found))}")
    for picture, found in complaints.items():
        print(f"complaint on {picture}: {found[:3]}")
    return int(bool(complaints))


def _note(said: list[str], message: ConsoleMessage) -> None:
    said.append(message.text)


def _filled(site: Site) -> dict[str, Any]:
    """Fill the site's database, and get the addresses of its pages and a session."""
    command = [sys.executable, "-m", "aihelper.tests.administration.screenshots", "--fill"]
    done = subprocess.run(command, cwd=ROOT, env=site._environment, capture_output=True, text=True, check=True)
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return facts


def fill() -> None:
    """In the site's own environment: rows, and as JSON what `_filled` reads."""
    import django

    from aihelper.lib import environment

    environment.prepare()
    django.setup()
    from django.conf import settings
    from django.test import Client

    from accounts.models import User
    from aihelper.tests.administration import rows
    from aihelper.tests.administration.pages import pages

    rows.fill(ROWS)
    settings.ALLOWED_HOSTS = ["*"]
    root = User.objects.filter(is_superuser=True).earliest("pk")
    client = Client()
    client.force_login(root)
    wanted = []
    for page in pages(root):
        if not re.search(r" (by|last page|search|autocomplete)\b|\(another\)|^search|jsi18n", page.name):
            answer = client.get(page.path)
            if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
                wanted.append((page.name, page.path))
    name = settings.SESSION_COOKIE_NAME
    print(json.dumps({"cookie": name, "session": client.cookies[name].value, "pages": wanted}))


if __name__ == "__main__":
    if sys.argv[1:] == ["--fill"]:
        fill()
    else:
        sys.exit(main(sys.argv[1:]))
