"""Sets up what `make` needs, on a machine that has Python and nothing else of ours.

python3 install.py run|train|test   makes .venv with that group of packages, and builds the page.
python3 install.py page             builds the page alone.

Runs on any Python 3, so that one that is too old is told so in a sentence instead of a traceback.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VERSIONS = ((3, 11), (3, 12), (3, 13))
STATIC = ROOT / "webapp" / "static"
OLDEST_NODE = 20


class Stuck(Exception):
    """A step that cannot succeed; the message says what to do."""


def main():
    """Do what the one argument names."""
    wanted = sys.argv[1] if len(sys.argv) == 2 else ""
    if wanted not in ("run", "train", "test", "page"):
        raise Stuck(__doc__.strip())
    if wanted != "page":
        packages(ROOT / "requirements" / (wanted + ".txt"))
    page()
    if wanted == "test":
        browser()


def whole():
    """Whether there is a .venv that works: its making may have been broken off, or it is of another Python or place."""
    about = [line for line in read(VENV / "pyvenv.cfg").splitlines() if line.startswith("command = ")]
    # what lies in its bin names it by its whole path, and would look for it where it was
    if not any(line.endswith(" " + str(place)) for line in about for place in (VENV, VENV.resolve())):
        return False
    ask = "import pip, sys; sys.exit(sys.version_info[:2] not in %s)" % (VERSIONS,)
    return PYTHON.exists() and subprocess.call([str(PYTHON), "-c", ask], stderr=subprocess.DEVNULL) == 0


def packages(lock):
    """Make .venv and install what the lock file names, unless that has been done."""
    stamp = VENV / "installed" / lock.name
    there = whole()  # the Python that it was made with may have gone since
    if there and read(stamp) == digest([lock]):
        return
    if not there:
        step("Making .venv with Python %d.%d" % python()[1])
        run(
            [python()[0], "-m", "venv", "--clear", str(VENV)],
            "A virtual environment could not be made. On Debian and Ubuntu: apt install python3-venv, then run again.",
        )
    step("Installing the packages of requirements/" + lock.name)
    run(
        [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", str(lock)],
        "The packages could not be installed; the lines above say why. Is there a network, and room on the disk?",
        dict(os.environ, PIP_USER="0"),  # which a machine may have set for all: pip refuses it here
    )
    stamp.parent.mkdir(exist_ok=True)
    for other in stamp.parent.iterdir():  # may hold other versions, of another day or branch
        if read(other) != digest([lock.with_name(other.name)]):
            other.unlink()
    stamp.write_text(digest([lock]))


def python():
    """An interpreter that the packages exist for, and its version: this one, or another on the path."""
    candidates = [sys.executable] + ["python%d.%d" % version for version in reversed(VERSIONS)]
    for candidate in candidates:
        try:
            told = subprocess.check_output(
                [candidate, "-c", "import sys; print(*sys.version_info[:2])"], stderr=subprocess.DEVNULL
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        version = tuple(int(part) for part in told.split())
        if version in VERSIONS:
            return candidate, version
    found = "%d.%d" % sys.version_info[:2]
    raise Stuck(
        "Python 3.11, 3.12 or 3.13 is needed, and this is %s. Install one, or: make run PYTHON=/path/to/it" % found
    )


def page():
    """Build webapp/static/dist, unless what it is built from has not changed."""
    sources = [ROOT / "package-lock.json", STATIC / "build.mjs", *sorted((STATIC / "src").rglob("*"))]
    stamp = STATIC / "dist" / "built"
    if read(stamp) == digest(sources):
        return
    path = os.environ.get("PATH", "")
    if not node_is_there():
        packages(ROOT / "requirements" / "node.txt")
        path = str(VENV / "bin") + os.pathsep + path
    environment = dict(os.environ, PATH=path, npm_config_update_notifier="false")
    environment.setdefault("npm_config_cache", npm_cache())
    step("Building the page")
    npm = shutil.which("npm", path=path)
    run(
        [npm, "ci", "--loglevel=error"],
        "The page's packages could not be installed; the lines above say why. Is there a network?",
        environment,
    )
    run([npm, "run", "--silent", "build"], "The page could not be built; the lines above say why.", environment)
    stamp.write_text(digest(sources))


def node_is_there():
    """Whether this machine has an npm, and a Node that is not too old for it."""
    if not (shutil.which("npm") and shutil.which("node")):
        return False
    try:
        told = subprocess.check_output(["node", "--version"], stderr=subprocess.DEVNULL).decode()
        return int(told.strip().lstrip("v").split(".")[0]) >= OLDEST_NODE
    except (OSError, ValueError, subprocess.CalledProcessError):  # a shim of a version manager that has none
        return False


def npm_cache():
    """Where npm can keep what it loads, without which it does nothing: not everybody has a home to write to."""
    usual = Path(os.environ.get("HOME", VENV), ".npm")
    there = usual if os.access(usual, os.F_OK) else usual.parent
    return str(usual if os.access(there, os.W_OK) else VENV / "npm")


def browser():
    """See that there is a browser for the tests: one that is there already, Debian's, or else Playwright's."""
    if os.environ.get("DIGITS_BROWSER") or browser_starts():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        step("Installing Debian's chromium for the tests")
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        subprocess.call(["apt-get", "update", "-qq"], env=environment)
        # an older Debian has not the first, which draws for nobody, at half the cost
        for name in ("chromium-headless-shell", "chromium"):
            if subprocess.call(["apt-get", "install", "-y", "-qq", name], env=environment) == 0:
                return
    step("Installing Playwright's browser for the tests")
    playwright = [str(PYTHON), "-m", "playwright"]
    otherwise = "No browser could be installed for the tests: install Chromium or Chrome, then run again."
    run([*playwright, "install", "chromium"], otherwise)
    if not browser_starts():
        run([*playwright, "install-deps", "chromium"], otherwise)


def browser_starts():
    """Whether the browser that the tests would drive can be started."""
    command = [str(PYTHON), str(ROOT / "tests" / "browser" / "chromium.py")]
    return subprocess.call(command, stderr=subprocess.DEVNULL) == 0


def run(command, otherwise, environment=None):
    """Run a command here; if it fails, be stuck with the given sentence."""
    try:
        subprocess.check_call(command, cwd=str(ROOT), env=environment)
    except (OSError, subprocess.CalledProcessError):
        raise Stuck(otherwise) from None


def digest(paths):
    """One hash over the contents of files."""
    total = hashlib.sha256()
    for path in paths:
        if path.is_file():
            total.update(path.read_bytes())
    return total.hexdigest()


def read(path):
    """A file's text, or nothing."""
    return path.read_text() if path.exists() else ""


def step(sentence):
    """Say what is being done."""
    print(sentence + " …", flush=True)


if __name__ == "__main__":
    try:
        main()
    except Stuck as stuck:
        sys.exit(str(stuck))
    except KeyboardInterrupt:
        sys.exit(130)
