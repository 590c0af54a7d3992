"""Which models are served from where: tensorflow_model_server's own models.config, or a folder of models."""

from pathlib import Path

from google.protobuf import text_format

from serving import predict_pb2 as pb


class BadConfig(ValueError):
    """A configuration that cannot be served; the message says what is wrong."""


def read(path: Path) -> list[pb.ModelConfig]:
    """A models.config in protobuf's text format; paths in it may be relative to where it lies."""
    try:
        config = text_format.Parse(path.read_text(), pb.ModelServerConfig())
    except (text_format.ParseError, UnicodeDecodeError) as problem:
        raise BadConfig(f"{path}: {problem}") from problem
    for model in config.model_config_list.config:
        model.base_path = str(path.parent / model.base_path) if model.base_path else ""
    return checked(config)


def found(folder: Path) -> list[pb.ModelConfig]:
    """Every folder in `folder` as a model of that name, its newest version served."""
    return [pb.ModelConfig(name=path.name, base_path=str(path)) for path in sorted(folder.iterdir()) if path.is_dir()]


def checked(config: pb.ModelServerConfig) -> list[pb.ModelConfig]:
    """The models of a configuration, each with a name of its own and a folder."""
    models = list(config.model_config_list.config)
    if not models:
        raise BadConfig("no model is configured in model_config_list")
    for model in models:
        if not model.name or not model.base_path:
            raise BadConfig("every model needs a name and a base_path")
        if model.model_platform not in ("", "tensorflow"):
            raise BadConfig(f"{model.name}: platform {model.model_platform!r} is not served here, only tensorflow")
    if len({model.name for model in models}) != len(models):
        raise BadConfig("two models have the same name")
    return models
