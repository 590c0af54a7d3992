"""Which version is stable, which a canary: labels, kept in models.config, where TensorFlow Serving looks for them.

The versions that bear a label are the ones that are served, and no others. Who asks for no label gets the newest of
them. A server that watches its models.config takes up a change by itself; others are told.

TensorFlow Serving moves a label to a version that is loaded already, and to no other, or it follows the file no more.
So where a version comes, its file says first that it comes, and then what it is called.
"""

import fcntl
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from time import sleep
from typing import Concatenate, ParamSpec, TypeVar

from serving import config, tell
from serving import predict_pb2 as pb
from serving.config import BadConfig
from serving.model import whole

STABLE = "stable"
Rest, Told = ParamSpec("Rest"), TypeVar("Told")
FOLLOWED = 3.0  # seconds after which TensorFlow Serving has read its file: model.Dockerfile has it look every second


def check(name: str) -> None:
    """BadConfig if a version cannot be called so."""
    if not (name and name.isprintable()):
        raise BadConfig(f"{name!r} is no label; a word such as canary is")


def _one_at_a_time(change: Callable[Concatenate[Path, Rest], Told]) -> Callable[Concatenate[Path, Rest], Told]:
    """Each changes what the one before it has left: some wait for servers between reading the file and writing it."""

    @wraps(change)
    def alone(path: Path, *rest: Rest.args, **more: Rest.kwargs) -> Told:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            return change(path, *rest, **more)
        finally:
            os.close(folder)

    return alone


@_one_at_a_time
def label(path: Path, model: str, name: str, version: int, servers: str = "") -> str:
    """Call a version of a model so. If none is stable yet, the newest of the others that are served is, or this one."""
    labels = _labels(path, model)
    if name != STABLE and STABLE not in labels:
        # had this version not come, another would be served
        served = _served(path, model, without=version) or _served(path, model)
        if not served:
            raise BadConfig(f"no version of {model} is stable yet: label one so first")
        labels[STABLE] = max(served)
    return _change(path, model, labels | {name: version}, servers)


@_one_at_a_time
def promote(path: Path, model: str, name: str, servers: str = "") -> str:
    """Make stable what is called so now."""
    labels = _labels(path, model)
    if name not in labels:
        raise BadConfig(f"no version of {model} is called {name!r}; there are {_told(labels)}")
    return _change(path, model, labels | {STABLE: labels[name]}, servers)


@_one_at_a_time
def roll_back(path: Path, model: str, version: int | None = None, servers: str = "") -> str:
    """Serve this version alone, or the one before the stable one (where none is, the newest that is served)."""
    if version is None:
        bad = _labels(path, model).get(STABLE, max(_served(path, model), default=0))
        version = max((one for one in _there(path, model) if one < bad), default=None)
        if version is None:
            raise BadConfig(f"there is no version of {model} before {bad} in sight; name the one to go back to")
    return _change(path, model, {STABLE: version}, servers)


@_one_at_a_time
def hold(path: Path, model: str) -> None:
    """Before a version is published that is not for everyone: what is served now is stable and stays."""
    labels = _labels(path, model)
    if STABLE not in labels and (served := _served(path, model)):
        _change(path, model, labels | {STABLE: max(served)}, "")


def held(path: Path, model: str) -> bool:
    """Whether a new version is served only after it was given a label."""
    return path.exists() and bool(_labels(path, model))


def stable(path: Path, model: str) -> int:
    """The version of a model that is called so, or 0."""
    found = config.named(config.parse(path), model) if path.exists() else None
    return found.version_labels.get(STABLE, 0) if found else 0


def _labels(path: Path, model: str) -> dict[str, int]:
    return dict(_one(_parsed(path), model).version_labels)


def _there(path: Path, model: str) -> set[int]:
    """The versions in the model's folder that are whole, as far as it can be seen from here."""
    found = _folder(path, model).glob("[0-9]*")
    return {int(version.name) for version in found if version.name.isdecimal() and whole(version)}


def _served(path: Path, model: str, without: int | None = None) -> set[int]:
    """The versions that the file as it stands has served, as far as it can be seen from here."""
    return config.chosen(_one(_parsed(path), model), _there(path, model) - {without})


def _folder(path: Path, model: str) -> Path:
    return path.parent / _one(_parsed(path), model).base_path


def _parsed(path: Path) -> pb.ModelServerConfig:
    """The file, or, where there is none, what stands for it: every folder beside it.

    Every model has the platform that TensorFlow Serving asks for, and a path as it stands: an absolute one, which it
    asks for too, would hold no longer where the folder is moved to.
    """
    if path.exists():
        parsed = config.parse(path)
    else:
        folders = [pb.ModelConfig(name=model.name, base_path=model.name) for model in config.found(path.parent)]
        parsed = pb.ModelServerConfig(model_config_list=pb.ModelConfigList(config=folders))
    for model in parsed.model_config_list.config:
        if not (model.model_type or model.model_platform):
            model.model_platform = config.PLATFORM
    return parsed


def _one(parsed: pb.ModelServerConfig, model: str) -> pb.ModelConfig:
    if found := config.named(parsed, model):
        return found
    raise BadConfig(f"there is no model {model!r}")


def _change(path: Path, model: str, labels: dict[str, int], servers: str) -> str:
    """Serve the versions of these labels from now on; returns a sentence that says so."""
    for name, version in labels.items():
        check(name)
        if not 0 <= version <= config.LARGEST:
            raise BadConfig(f"{version} is no version: they go from 0 to {config.LARGEST}")
    before = _parsed(path)
    folder = _folder(path, model)
    if any(folder.glob("[0-9]*")) and (missing := set(labels.values()) - _there(path, model)):
        raise BadConfig(f"there is no whole version {min(missing)} of {model} in {folder}")
    wanted = config.changed(before, model, set(labels.values()), labels)
    _give(path, model, before, wanted, [one for one in map(str.strip, servers.split(",")) if one])
    return f"{model}: {_told(labels)}"


def _give(
    path: Path, model: str, before: pb.ModelServerConfig, wanted: pb.ModelServerConfig, servers: list[str]
) -> None:
    """Write the file and tell the servers, in an order in which neither undoes the other: some may do both."""
    first = _first(before, wanted, model)
    if first:
        config.write(path, first)
        sleep(FOLLOWED)
    old, new = config.resolved(before, path), config.resolved(wanted, path)
    begun: list[str] = []
    try:
        for address in servers:
            begun.append(address)
            tell.load(address, old, new, model)
    except BadConfig as problem:
        if first:
            config.write(path, before)
        raise BadConfig(f"{problem}{_taken_back(begun, old, model)}") from problem
    config.write(path, wanted)
    for address in servers:
        tell.move(address, new, model)


def _taken_back(servers: list[str], old: pb.ModelServerConfig, model: str) -> str:
    """Have these servers serve as before, if they can; how it went with all but the last, which is what failed."""
    told = []
    for address in servers:
        try:
            tell.move(address, old, model)
            told.append(f"{address} serves as before")
        except BadConfig as problem:
            told.append(f"{address} does not serve as before ({problem})")
    return "".join(f"; {how}" for how in told[:-1])


def _first(before: pb.ModelServerConfig, wanted: pb.ModelServerConfig, model: str) -> pb.ModelServerConfig | None:
    """What the file says until the versions are loaded that labels move to: those besides the old, nothing moved.

    None where no such version comes, or where the path is a relative one, which only the embedded server takes: it
    follows any change at once.
    """
    old, new = _one(before, model), _one(wanted, model)
    there = {*old.model_version_policy.specific.versions, *old.version_labels.values()}
    moved = {to for label, to in new.version_labels.items() if old.version_labels.get(label, to) != to}
    if moved <= there or not Path(old.base_path).is_absolute():
        return None
    return config.changed(before, model, there | moved, old.version_labels)


def _told(labels: dict[str, int]) -> str:
    return ", ".join(f"{name} {version}" for name, version in sorted(labels.items())) or "none"
