"""How long every page of the administration takes where all tables are large: `make admin-bench`.

    python -m aihelper.tests.administration.bench [PART OF A NAME ...]

fills a database of its own (ROWS rows in each table, 100,000 unless said otherwise; SQLite in .cache/, which is kept,
or what DATABASE_URL says) and opens each page in this process: queries, the median of five in milliseconds by the
clock and of the processor, the page's size. Ends with code 1 when a page needs more than 15 queries or 300 ms.
"""

import hashlib
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

MAX_QUERIES = 15
MAX_MS = 300
FOLDER = ".cache/admin-bench"


def main(parts: list[str]) -> int:
    """Fill and measure; returns the exit code."""
    rows = int(os.environ.get("ROWS", "100000"))
    _prepare(rows)
    from django.db import connection
    from django.test.utils import setup_test_environment

    from accounts.models import User
    from aihelper.tests.administration.pages import pages, signed_in

    _fill(rows)
    setup_test_environment()
    root = User.objects.filter(username="root").first() or User.objects.create_superuser("root")
    client = signed_in(root)
    slow = 0
    # SQLite works in this process: its time is what a quiet machine's clock would show.
    in_process = connection.vendor == "sqlite"
    print(f"{'page':<58}{'queries':>8}{'ms':>8}{'cpu ms':>8}{'kB':>7}   load {os.getloadavg()[0]:.1f}")
    for page in pages(root):
        if parts and not any(part in page.name for part in parts):
            continue
        line = _measure(client, page.path)
        if line is None:
            continue
        status, queries, ms, cpu, size = line
        is_slow = queries > MAX_QUERIES or (cpu if in_process else ms) > MAX_MS or status >= 400
        slow += is_slow
        mark = f"  <-- {status if status >= 400 else ''}" if is_slow else ""
        print(f"{page.name:<58}{queries:>8}{ms:>8.0f}{cpu:>8.0f}{size / 1000:>7.0f}{mark}", flush=True)
    print(f"{slow} pages above {MAX_QUERIES} queries or {MAX_MS} ms, with {rows} rows, load {os.getloadavg()[0]:.1f}")
    return 1 if slow else 0


def _measure(client: Any, path: str) -> tuple[int, int, float, float, int] | None:
    """Status, queries, median of the milliseconds by the clock and of the processor's, bytes; None for no page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    if response.status_code in {302, 403, 404, 405}:
        return None
    asked = list(queries.captured_queries)
    if os.environ.get("SHOW"):
        for query in sorted(asked, key=lambda query: -float(query["time"]))[:4]:
            print("   ", query["time"], query["sql"][:3000])
    walls, mine = [], []
    for _ in range(int(os.environ.get("TIMES", "5"))):
        began, used = time.perf_counter(), time.process_time()
        response = client.get(path)
        walls.append(1000 * (time.perf_counter() - began))
        mine.append(1000 * (time.process_time() - used))
    return response.status_code, len(asked), statistics.median(walls), statistics.median(mine), len(response.content)


def _prepare(rows: int) -> None:
    """The environment of an installation of its own, and Django."""
    from aihelper.lib import environment

    folder = Path(FOLDER, str(rows))
    (folder / "staticfiles").mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "AIHELPER_DATA_DIR": str(folder),
        "ENV_FILE": os.devnull,
        "ALLOWED_HOSTS": "testserver",
        "LOG_LEVEL": "ERROR",
    }
    environment.prepare()
    import django
    from django.conf import settings

    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    django.setup()


def _fill(rows: int) -> None:
    """Make the tables and their rows; what was made before for the same schema is taken as it is."""
    from django.core.management import call_command
    from django.db import connection

    from aihelper.tests.administration.rows import fill

    made_by = Path("database.sql").read_bytes() + Path(__file__).with_name("rows.py").read_bytes()
    mark, digest = Path(os.environ["AIHELPER_DATA_DIR"], "filled"), hashlib.sha256(made_by).hexdigest()
    if connection.vendor == "sqlite" and mark.exists() and mark.read_text() == digest:
        return
    began = time.monotonic()
    call_command("migrate", verbosity=0)
    fill(rows, say=lambda text: print(text, file=sys.stderr, flush=True))
    mark.write_text(digest)
    print(f"filled in {time.monotonic() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
