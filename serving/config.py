"""Which models are served from where: tensorflow_model_server's own models.config, or a folder of models."""

import itertools
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from google.protobuf import text_format

from serving import predict_pb2 as pb

PLATFORM = "tensorflow"
NAME = "models.config"  # as TensorFlow Serving's documentation calls it
LARGEST = 2**63 - 1  # of versions: int64 in the protocol


class BadConfig(ValueError):
    """A configuration that cannot be served; the message says what is wrong."""


class NotServed(BadConfig):
    """A label for a version that is not there to bear it."""


def read(path: Path) -> list[pb.ModelConfig]:
    """A models.config in protobuf's text format; here, but not in TensorFlow Serving, paths may be relative to it."""
    return checked(resolved(parse(path), path))


def parse(path: Path) -> pb.ModelServerConfig:
    """A models.config as it stands."""
    try:
        return text_format.Parse(path.read_text(), pb.ModelServerConfig())
    except (text_format.ParseError, UnicodeDecodeError) as problem:
        raise BadConfig(f"{path}: {problem}") from problem


def write(path: Path, config: pb.ModelServerConfig) -> None:
    """Replace a models.config, whole or not at all; the comment at its head stays."""
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    head = "".join(itertools.takewhile(lambda line: line.startswith("#"), lines))
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w") as file:
        if path.exists():
            shutil.copymode(path, fresh)
        else:
            fresh.chmod(0o644)  # whatever the umask: a model server may run as somebody else
        file.write(head + text_format.MessageToString(config, as_utf8=True))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def resolved(config: pb.ModelServerConfig, path: Path) -> pb.ModelServerConfig:
    """The same with paths that hold anywhere, of a configuration that lies at `path`."""
    found = pb.ModelServerConfig()
    found.CopyFrom(config)
    for model in found.model_config_list.config:
        model.base_path = str(path.parent.absolute() / model.base_path) if model.base_path else ""
    return found


def changed(
    config: pb.ModelServerConfig, model: str, versions: set[int], labels: Mapping[str, int]
) -> pb.ModelServerConfig:
    """The same with these versions of one of its models served, under these labels."""
    other = pb.ModelServerConfig()
    other.CopyFrom(config)
    one = named(other, model)
    one.model_version_policy.specific.versions[:] = sorted(versions)
    one.version_labels.clear()
    one.version_labels.update(labels)
    return other


def named(config: pb.ModelServerConfig, name: str) -> pb.ModelConfig | None:
    """The model of that name, to be read or changed."""
    return next((model for model in config.model_config_list.config if model.name == name), None)


def chosen(model: pb.ModelConfig, found: set[int]) -> set[int]:
    """Which of the versions that there are the model's policy has served: the newest, where it says nothing."""
    policy = model.model_version_policy
    if policy.HasField("all"):
        return found
    if policy.HasField("specific"):
        return found & set(policy.specific.versions)
    return set(sorted(found)[-max(1, policy.latest.num_versions) :])


def beside(path: Path) -> list[pb.ModelConfig]:
    """What a models.config says, or, as long as there is none, every folder beside where it would lie."""
    return read(path) if path.exists() else found(path.parent)


class Found(list[pb.ModelConfig]):
    """Models that lie in a folder, and that nobody has asked for: where one cannot be served, the others are."""


def found(folder: Path) -> Found:
    """Every folder of versions in `folder` as a model of that name, its newest version served."""
    folders = [path for path in sorted(folder.iterdir()) if any(path.glob("[0-9]*"))]
    return Found(pb.ModelConfig(name=path.name, base_path=str(path)) for path in folders)


def checked(config: pb.ModelServerConfig) -> list[pb.ModelConfig]:
    """The models of a configuration, each with a name of its own and a folder."""
    models = list(config.model_config_list.config)
    if not models:
        raise BadConfig("no model is configured in model_config_list")
    for model in models:
        if not model.name or not model.base_path:
            raise BadConfig("every model needs a name and a base_path")
        if model.model_type == pb.OTHER:
            raise BadConfig(f"{model.name}: only models of TensorFlow are served here")
        if model.model_type and model.model_platform:  # as TensorFlow Serving has it
            raise BadConfig(f"{model.name}: either model_type or model_platform may be given, not both")
        if model.model_platform not in ("", PLATFORM):
            raise BadConfig(f"{model.name}: platform {model.model_platform!r} is not served here, only tensorflow")
    if len({model.name for model in models}) != len(models):
        raise BadConfig("two models have the same name")
    return models
