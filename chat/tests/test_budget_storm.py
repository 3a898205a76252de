"""A thousand questions of two processes at once: the database alone holds the limit, on SQLite and on MariaDB."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from accounts.budgets.models import Budget, BudgetCounter, Reservation
from accounts.models import User
from chat.engine import recovery
from chat.models import Generation, Message
from chat.models.generation import LIVE_STATES
from providers.models import ModelConfig

LIMIT, PEOPLE, EACH = 100, 10, 500

# One of the two: it waits for the other at the word "go", and says how many of its questions were taken.
_ASK = f"""
import sys
from concurrent.futures import ThreadPoolExecutor
import django
django.setup()
from django.db import connection
from accounts.budgets.ledger import QuotaExceeded
from accounts.models import User
from chat.services.send import SendRequest, send

people = list(User.objects.order_by("pk"))

def one(number):
    try:
        send(people[number % len(people)], SendRequest(message=f"Question {{number}}"))
        return True
    except QuotaExceeded:
        return False
    finally:
        connection.close()

print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(2) as threads:
    print(sum(threads.map(one, range({EACH}))), flush=True)
"""


def _process() -> "subprocess.Popen[str]":
    url = f"sqlite:///{connection.settings_dict['NAME']}"
    if connection.vendor != "sqlite":
        url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "aihelper.settings"}
    environment |= {"AIHELPER_MAX_RUNS_PER_USER": str(2 * EACH)}
    return subprocess.Popen(
        [sys.executable, "-c", _ASK],
        env=environment,
        cwd=Path(settings.BASE_DIR),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.timeout(900)
@pytest.mark.django_db(transaction=True)
def test_two_processes_do_not_pass_a_limit(model: ModelConfig) -> None:
    for number in range(PEOPLE):
        User.objects.create_user(f"p{number}")
    budget = Budget.objects.create(name="Class", limit=LIMIT, is_shared=True)
    processes = [_process() for _one in range(2)]
    told = []
    try:
        for process in processes:
            assert process.stdout and process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in processes:
            output, _errors = process.communicate()
            assert process.returncode == 0
            told.append(int(output))
    finally:
        for process in processes:
            process.kill()
    assert sum(told) == LIMIT
    # What was taken, what is held and what is to be written are the same hundred; nothing of the refused is left.
    assert Generation.objects.filter(state__in=LIVE_STATES).count() == LIMIT
    assert Message.objects.filter(role="user").count() == LIMIT
    assert Reservation.objects.filter(settled_at=None).count() == LIMIT
    counter = BudgetCounter.objects.get(budget=budget)
    assert (counter.reserved, counter.used) == (LIMIT, 0)
    # Nobody writes them: all are given back, each once.
    assert recovery.reap("somebody", older_than=-1) == LIMIT
    counter.refresh_from_db()
    assert (counter.reserved, counter.used) == (0, 0)
