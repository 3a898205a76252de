"""Every wrong setting has a check with an id and a sentence that says what to do."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage

from aihelper.checks import check_settings

STRONG = "kX3-9pQz_Lm7wVbR2tYcJ8sHdF5gNa1e"
FIELD_KEY = "k1:" + b64encode(bytes(range(32))).decode()


def found() -> list[CheckMessage]:
    return check_settings(None)


def test_the_settings_of_the_tests_are_right() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("SECRET_KEY", "", "E001"),
        ("SECRET_KEY", "short", "E001"),
        ("SECRET_KEY", "a" * 60, "E001"),
        ("SECRET_KEY", f"django-insecure-{STRONG}", "E001"),
        ("SECRET_KEY", f"changeme-{STRONG}", "E001"),
        ("JWT_KEY", "", "E002"),
        ("JWT_KEY", "short", "E002"),
        ("FIELD_KEYS", "", "E004"),
        ("FIELD_KEYS", "no colon", "E004"),
        ("FIELD_KEYS", "k1:not base64!", "E004"),
        ("FIELD_KEYS", "k1:" + b64encode(b"short").decode(), "E004"),
        ("FIELD_KEYS", f"{FIELD_KEY},{FIELD_KEY}", "E004"),
        ("FIELD_KEYS", f"{FIELD_KEY},k2", "E004"),
        ("ALLOWED_HOSTS", ["*"], "E006"),
        ("ALLOWED_HOSTS", ["localhost", "*"], "E006"),
        ("ALLOWED_HOSTS", [], "E006"),
        ("REDIS_URL", "http://localhost:6379", "E008"),
        ("REDIS_URL", "localhost", "E008"),
        ("ALLOWED_PRIVATE_HOSTS", ["127.0.0.1"], "E009"),
        ("ALLOWED_PRIVATE_HOSTS", ["127.0.0.1:0"], "E009"),
        ("ALLOWED_PRIVATE_HOSTS", ["127.0.0.1:70000"], "E009"),
        ("ALLOWED_PRIVATE_HOSTS", ["http://127.0.0.1:11434"], "E009"),
        ("ALLOWED_PRIVATE_HOSTS", ["10.0.0.0/8"], "E009"),
        ("ALLOWED_PRIVATE_HOSTS", ["ollama:11434/v1"], "E009"),
        ("ALLOWED_PRIVATE_HOSTS", ["*:11434"], "E009"),
        ("PORT", 0, "E010"),
        ("PORT", 65536, "E010"),
        ("TRUSTED_ORIGINS", ["example.org"], "E011"),
        ("TRUSTED_ORIGINS", ["https://example.org/path"], "E011"),
        ("TRUSTED_ORIGINS", ["https://*.example.org"], "E011"),
        ("TRUSTED_ORIGINS", ["ftp://example.org"], "E011"),
        ("TRUSTED_PROXIES", -1, "E012"),
        ("MAX_BODY_BYTES", 10, "E012"),
        ("DATABASE_THREADS", 0, "E012"),
        ("DRAIN_SECONDS", -1.0, "E012"),
        ("MAX_MESSAGE_CHARS", 0, "E012"),
        ("MAX_RUNS_PER_USER", 0, "E012"),
        ("FIRST_PROVIDER_URL", "api.example.com/v1", "E014"),
        ("FIRST_PROVIDER_URL", "file:///etc/passwd", "E014"),
        ("FIRST_PROVIDER_URL", "https://user:password@example.com/v1", "E014"),
        ("SHARING", "everybody", "E015"),
        ("VAPID_KEY", "", "E016"),
        ("VAPID_KEY", "AAAA", "E016"),
        ("VAPID_CONTACT", "somebody", "E016"),
        ("DEBUG", True, "W001"),
        ("LOG_LEVEL", "LOUD", "W002"),
        ("LOG_FORMAT", "xml", "W002"),
    ],
)
def test_a_wrong_setting_is_named(settings: Any, name: str, value: Any, code: str) -> None:
    setattr(settings, name, value)
    (message,) = found()
    assert message.id == f"aihelper.{code}"
    assert str(message.msg).endswith(".")
    assert message.hint or code == "W002"
    assert message.is_serious() == code.startswith("E")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "redis://localhost:6379/0"),
        ("REDIS_URL", "rediss://:password@cache.example.org:6380"),
        ("REDIS_URL", "unix:///run/redis.sock"),
        ("ALLOWED_PRIVATE_HOSTS", ["127.0.0.1:11434", "ollama.lan:80", "[::1]:8080", "my_ollama:1"]),
        ("TRUSTED_ORIGINS", ["https://chat.example.org", "http://localhost:5173"]),
        ("FIRST_PROVIDER_URL", "http://127.0.0.1:11434/v1"),
        ("FIELD_KEYS", f"{FIELD_KEY}, {FIELD_KEY.replace('k1', 'k0')}"),
    ],
)
def test_a_right_setting_is_taken(settings: Any, name: str, value: Any) -> None:
    setattr(settings, name, value)
    assert found() == []


def test_another_engine_is_refused(settings: Any) -> None:
    settings.DATABASE_ENGINE = "django.db.backends.postgresql"
    assert [message.id for message in found()] == ["aihelper.E007"]


def test_one_key_for_two_purposes_is_refused(settings: Any) -> None:
    settings.SECRET_KEY = settings.JWT_KEY = STRONG
    assert [message.id for message in found()] == ["aihelper.E003"]


def test_no_key_stands_in_a_message(settings: Any) -> None:
    settings.SECRET_KEY = "weak-canary"
    settings.JWT_KEY = "weak-canary-2"
    settings.FIELD_KEYS = "canary-without-a-colon"
    assert "canary" not in str([(message.msg, message.hint) for message in found()])


@pytest.mark.parametrize(("mode", "refused"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
def test_a_key_file_that_others_can_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, refused: bool
) -> None:
    path = tmp_path / "secret_key"
    path.write_text(STRONG)
    path.chmod(mode)
    monkeypatch.setenv("SECRET_KEY_FILE", str(path))
    assert [message.id for message in found()] == (["aihelper.E005"] if refused else [])


def test_a_data_directory_that_is_none_is_refused(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path / "file" / "below"
    assert [message.id for message in found()] == ["aihelper.E013"]
    settings.DATA_DIR = tmp_path / "new" / "deep"
    assert found() == []
