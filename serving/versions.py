"""The versions of one model: folders with whole numbers for names, chosen by a policy, by default the newest.

What is new is loaded, checked and warmed up before what is old goes, and what is old stays when what is new is broken.
The last version that can be served is never let go. Who has begun with a version ends with it.
"""

import logging
import threading
from pathlib import Path

from serving import predict_pb2 as pb
from serving.model import BadModel, Model

log = logging.getLogger(__name__)

State = pb.ModelVersionStatus
Stamp = tuple[tuple[str, int, int], ...]  # path, size and time of every file


class Versions:
    """What is served of one model. May be used by many threads."""

    def __init__(self, config: pb.ModelConfig):
        """Serve nothing yet: the first `look` loads."""
        self.config = config
        self._looking = threading.Lock()
        self._serving: dict[int, Model] = {}
        self._broken: dict[int, tuple[Stamp, str]] = {}
        self._gone: set[int] = set()

    def look(self) -> None:
        """Serve what the policy wants of what lies in the folder now."""
        with self._looking:
            folder = Path(self.config.base_path)
            found = {int(path.name): path for path in folder.glob("[0-9]*") if path.name.isdecimal()}
            self._broken = {v: known for v, known in self._broken.items() if v in found and known[0] == stamp(found[v])}
            # when a version turns out to be broken, the one before it may be wanted instead
            while missing := (wanted := self._wanted(set(found) - set(self._broken))) - set(self._serving):
                self._load(found[max(missing)])
            if wanted & set(self._serving):
                for version in set(self._serving) - wanted:
                    log.info("version %d of %s is let go", version, self.config.name)
                    self._gone.add(version)
                # one assignment: who looks meanwhile sees the old versions or the new ones
                self._serving = {version: model for version, model in self._serving.items() if version in wanted}

    def _wanted(self, found: set[int]) -> set[int]:
        policy = self.config.model_version_policy
        if policy.HasField("all"):
            return found
        if policy.HasField("specific"):
            return found & set(policy.specific.versions)
        return set(sorted(found)[-max(1, policy.latest.num_versions) :])

    def _load(self, folder: Path) -> None:
        before, version = stamp(folder), int(folder.name)
        try:
            model = Model(folder)
            self._check(model, folder)
        except BadModel as problem:
            self._broken[version] = before, str(problem)
            log.error("version %d of %s is not served: %s", version, self.config.name, problem)
            return
        self._serving = self._serving | {version: model}
        self._gone.discard(version)
        log.info("serving version %d of %s", version, self.config.name)

    def _check(self, model: Model, folder: Path) -> None:
        for version, other in self._serving.items():
            if not model.answers_like(other):
                raise BadModel(f"{folder}: it does not take and give what version {version} does")

    def find(self, version: int | None = None, label: str = "") -> Model:
        """The version asked for by number or label, or the newest; LookupError when it is not being served."""
        serving = self._serving
        if label:
            version = dict(self.config.version_labels).get(label, -1)
        return serving[max(serving) if version is None and serving else version]

    @property
    def available(self) -> set[int]:
        """The versions that are being served."""
        return set(self._serving)

    def status(self) -> list[pb.ModelVersionStatus]:
        """The state of every version that has been met, newest first, as TensorFlow Serving tells it."""
        known = {version: _state(version, State.END) for version in self._gone}
        known |= {version: _state(version, State.END, pb.UNKNOWN, why) for version, (_, why) in self._broken.items()}
        known |= {version: _state(version, State.AVAILABLE) for version in self._serving}
        return [known[version] for version in sorted(known, reverse=True)]


def _state(version: int, state: int, code: int = pb.OK, message: str = "") -> pb.ModelVersionStatus:
    return State(version=version, state=state, status=pb.StatusProto(error_code=code, error_message=message))


def stamp(folder: Path) -> Stamp:
    """What changes when a file of a version does: a version that was broken is tried again then."""
    files = [(path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file()]
    return tuple((str(path.relative_to(folder)), about.st_size, about.st_mtime_ns) for path, about in files)
