"""All models that one server serves, and how a configuration becomes another while it runs."""

import logging
import threading

from serving import predict_pb2 as pb
from serving.config import BadConfig
from serving.model import Model
from serving.versions import Versions

log = logging.getLogger(__name__)


class Catalogue:
    """Models by name. May be used by many threads."""

    def __init__(self, configs: list[pb.ModelConfig]):
        """Load what there is to load of these models."""
        self._changing = threading.Lock()
        self._models: dict[str, Versions] = {config.name: Versions(config) for config in configs}
        self.look()

    def look(self) -> None:
        """See whether there are new versions of any model."""
        with self._changing:
            for name, versions in self._models.items():
                try:
                    versions.look()
                except OSError as problem:  # a folder that comes and goes, no file handles left: look again later
                    log.warning("the versions of %s could not be looked at: %s", name, problem)

    def reload(self, configs: list[pb.ModelConfig]) -> None:
        """Serve these models instead; BadConfig, and all stays as it is, if one of them has nothing that serves."""
        with self._changing:
            models = {}
            for config in configs:
                known = self._models.get(config.name)
                if known and known.config.base_path == config.base_path:
                    models[config.name] = known
                else:
                    models[config.name] = Versions(config)
                    models[config.name].look()
                _check_labels(config, models[config.name])
            for config in configs:
                models[config.name].config = config
                models[config.name].look()
            self._models = models
        log.info("now serving %s", ", ".join(sorted(models)))

    def versions(self, name: str) -> Versions:
        """One model; LookupError if there is none of that name."""
        return self._models[name]

    def find(self, name: str, version: int | None = None, label: str = "") -> Model:
        """The version of a model that is to answer; LookupError if it is not there."""
        return self.versions(name).find(version, label)

    @property
    def ready(self) -> bool:
        """Whether every model has a version that serves."""
        return all(versions.available for versions in self._models.values())


def _check_labels(config: pb.ModelConfig, versions: Versions) -> None:
    if not versions.available:
        raise BadConfig(f"{config.name}: nothing in {config.base_path} can be served")
    for label, version in config.version_labels.items():
        if version not in versions.available:
            raise BadConfig(f"{config.name}: version {version}, which is to be {label!r}, is not being served")
