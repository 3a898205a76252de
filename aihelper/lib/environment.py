"""What has to be true of the process's environment before the settings are read.

The settings do no input or output of their own. What they need from disk is made here, once, by the
entry points (`manage.py`, `aihelper.asgi`): a `.env` file is read, and the keys that the operator did
not give are generated into the data directory, readable by their owner only.
"""

import os
import secrets
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import environ

from aihelper.lib import webpush

ROOT = Path(__file__).resolve().parents[2]

# Each purpose has its key: a token signed for one is worthless for the others (security rule T-A2).
GENERATED_KEYS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "JWT_KEY": lambda: secrets.token_urlsafe(48),
    "VAPID_KEY": webpush.new_key,
    "FIELD_KEYS": lambda: "k1:" + b64encode(secrets.token_bytes(32)).decode(),
}


def data_dir() -> Path:
    """The directory of everything that this instance keeps (AIHELPER_DATA_DIR, or `var/`)."""
    return Path(os.environ.get("AIHELPER_DATA_DIR") or ROOT / "var").resolve()


def prepare() -> None:
    """Name the settings module, read `.env`, and point NAME_FILE at a generated key for each key that is not given."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aihelper.settings")
    env_file = os.environ.get("ENV_FILE") or ROOT / ".env"
    environ.Env.read_env(env_file)
    # Chats and password hashes are in there: nobody else on the machine may look.
    data_dir().mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, make in GENERATED_KEYS.items():
        if os.environ.get(name) or os.environ.get(f"{name}_FILE"):
            continue
        path = data_dir() / "keys" / name.lower()
        _create_once(path, make())
        os.environ[f"{name}_FILE"] = str(path)


def _create_once(path: Path, text: str) -> None:
    """Write `text` to `path` with mode 0600, unless the file is there already.

    The content is written beside it and linked into place, so that of two processes that start
    together both read one complete key.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
