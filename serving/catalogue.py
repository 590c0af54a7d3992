"""All models that one server serves, and how a configuration becomes another while it runs."""

import logging
import threading

from serving import predict_pb2 as pb
from serving.config import BadConfig, Found, NotServed
from serving.model import Model
from serving.versions import Versions

log = logging.getLogger(__name__)


class Catalogue:
    """Models by name. May be used by many threads."""

    def __init__(self, configs: list[pb.ModelConfig]):
        """Load what there is to load of these models."""
        self._changing, self._stopping = threading.Lock(), threading.Event()
        self._models: dict[str, Versions] = {config.name: Versions(config, self._stopping) for config in configs}
        self._found = isinstance(configs, Found)
        self._refused: dict[str, Versions] = {}  # kept, so that it is not read and told of at every try
        self.look()

    def look(self) -> None:
        """See whether there are new versions of any model."""
        with self._changing:
            self._look()

    def _look(self) -> None:
        for name, versions in self._models.items():
            try:
                versions.look()
            except (OSError, BadConfig) as problem:  # a folder comes and goes, no file handles left: look later
                log.warning("the versions of %s could not be looked at: %s", name, problem)

    def reload(self, configs: list[pb.ModelConfig]) -> None:
        """Serve these models instead; BadConfig, and all stays as it is, if one that is asked for cannot be served."""
        if not configs:  # somebody is laying the models down anew
            raise BadConfig("there are no models where they were")
        with self._changing:
            models = {config.name: self._known(config) or Versions(config, self._stopping) for config in configs}
            if isinstance(configs, Found):
                for config in configs:
                    models[config.name].config = config
                self._models = models
                self._look()
            else:
                self._prepare(models, configs)
                for config in configs:
                    models[config.name].take(config)
                self._models = models
            self._found, self._refused = isinstance(configs, Found), {}
        log.info("now serving %s", ", ".join(sorted(name for name in models if models[name].available)))

    def _prepare(self, models: dict[str, Versions], configs: list[pb.ModelConfig]) -> None:
        try:
            for config in configs:
                models[config.name].prepare(config)
        except (BadConfig, OSError) as problem:
            self._refused = {} if isinstance(problem, NotServed) else {config.name: models[config.name]}
            for versions in self._models.values():
                versions.look()  # lets go of what was loaded for this alone
            raise

    def stop(self) -> None:
        """Load nothing more but what is being loaded."""
        self._stopping.set()

    def _known(self, config: pb.ModelConfig) -> Versions | None:
        known = self._models.get(config.name) or self._refused.get(config.name)
        return known if known and known.config.base_path == config.base_path else None

    def versions(self, name: str) -> Versions:
        """One model; LookupError if there is none of that name."""
        return self._models[name]

    def known(self, name: str) -> str:
        """That name, or "" where no model has it: whoever asks may make up any."""
        return name if name in self._models else ""

    def find(self, name: str, version: int | None = None, label: str = "") -> Model:
        """The version of a model that is to answer; LookupError if it is not there."""
        return self.versions(name).find(version, label)

    @property
    def ready(self) -> bool:
        """Whether there are models, and each that is asked for has a version that serves."""
        able = [bool(versions.available) for versions in self._models.values()]
        return any(able) if self._found else bool(able) and all(able)
