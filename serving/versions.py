"""The versions of one model: folders with whole numbers for names, chosen by a policy, by default the newest.

What is new is loaded, checked and warmed up before what is old goes, and what is old stays when what is new is broken.
The last version that can be served is never let go. Who has begun with a version ends with it.
"""

import logging
import threading
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from serving import predict_pb2 as pb
from serving.config import LARGEST, BadConfig, NotServed, chosen
from serving.model import BadModel, Model, vouched

log = logging.getLogger(__name__)

State = pb.ModelVersionStatus
Stamp = tuple[tuple[str, int, int, int], ...]  # of every path: size, time of writing, time of any change
AGAIN = 30.0  # seconds after which a version that was refused is tried again: what was in its way may be gone


class Broken(NamedTuple):
    """A version that is not served, as it was when it was tried."""

    stamp: Stamp
    why: str
    tried: float  # by the monotonic clock


class Versions:
    """What is served of one model. May be used by many threads."""

    def __init__(self, config: pb.ModelConfig, stopping: threading.Event | None = None):
        """Serve nothing yet: the first `look` loads. Once `stopping` is set, nothing more is loaded."""
        self.config, self._stopping = config, stopping or threading.Event()
        self._looking = threading.Lock()
        self._loaded: dict[int, Model] = {}
        # by number, by label, and the newest by None; replaced as a whole, so that who asks meanwhile sees old or new
        self._served: dict[int | str | None, Model] = {}
        self._broken: dict[int, Broken] = {}  # replaced as a whole, too
        self._gone: set[int] = set()
        self._unsure: dict[int, Stamp] = {}  # loaded, without hashes that tell whether all of it was there

    def look(self) -> None:
        """Serve what the configuration wants of what lies in the folder now."""
        with self._looking:
            self._serve(self._load(self.config) & set(self._loaded))

    def prepare(self, config: pb.ModelConfig) -> None:
        """Load what another configuration wants, and serve what was served; BadConfig if it cannot take over."""
        with self._looking:
            wanted = self._load(config)
            if not self._loaded:
                raise BadConfig(f"{config.name}: nothing in {config.base_path} can be served")
            for version in config.version_labels.values():
                if version not in wanted & set(self._loaded):
                    raise NotServed(
                        f"Request to assign label to version {version} of model {config.name}, "
                        "which is not currently available for inference"
                    )

    def take(self, config: pb.ModelConfig) -> None:
        """Serve as this configuration says, for which all has been prepared."""
        self.config = config
        self.look()

    def _load(self, config: pb.ModelConfig) -> set[int]:
        """Load what is wanted and not there yet; returns what is wanted, or BadConfig once it is too late."""
        names = {path.name: path for path in Path(config.base_path).glob("[0-9]*") if path.name.isdecimal()}
        found = {int(name): path for name, path in names.items() if int(name) <= LARGEST}
        self._broken = {version: known for version, known in self._broken.items() if version in found}
        again = {version for version, folder in found.items() if self._may_differ(version, folder)}
        while True:
            # when a version turns out to be broken, the one before it may be wanted instead
            may_do = set(found) - (set(self._broken) - again)
            wanted = chosen(config, may_do)
            missing = wanted - (set(self._loaded) - again)
            if not missing:
                return wanted
            if self._stopping.is_set():
                raise BadConfig("the server is stopping")
            version = max(self._believed(config, found, may_do) or missing)
            again.discard(version)
            self._read(version, found)

    def _believed(self, config: pb.ModelConfig, found: dict[int, Path], may_do: set[int]) -> set[int]:
        """The versions that may say what all others take and give, as long as none is loaded that does."""
        if self._loaded.keys() & found.keys():
            return set()
        # who names versions may have left others behind for good
        named = config.model_version_policy.HasField("specific")
        return {version for version in (chosen(config, may_do) if named else may_do) if vouched(found[version])}

    def _may_differ(self, version: int, folder: Path) -> bool:
        """Whether a version may be found otherwise now than when it was read."""
        if known := self._broken.get(version):
            return monotonic() - known.tried >= AGAIN or stamp(folder) != known.stamp
        return version in self._unsure and stamp(folder) != self._unsure[version]

    def _read(self, version: int, found: dict[int, Path]) -> None:
        folder, known = found[version], self._broken.get(version)
        before, sure = stamp(folder), vouched(folder)
        try:
            model = Model(folder)
            self._check(model, found)
        except BadModel as problem:
            self._broken = self._broken | {version: Broken(before, str(problem), monotonic())}
            if known is None or known.why != str(problem):
                log.error("version %d of %s is not served: %s", version, self.config.name, problem)
        else:
            self._broken = {other: known for other, known in self._broken.items() if other != version}
            if version in self._loaded:
                log.info("version %d of %s has changed, and is loaded again", version, self.config.name)
            self._loaded[version] = model
            self._unsure.pop(version, None)
            if not sure:
                self._unsure[version] = before

    def _check(self, model: Model, found: dict[int, Path]) -> None:
        # one that has been taken away has no say: so a signature is changed
        for version in self._loaded.keys() & found.keys() - {model.version}:
            if not model.answers_like(self._loaded[version]):
                raise BadModel(f"{found[model.version]}: it does not take and give what version {version} does")

    def _serve(self, wanted: set[int]) -> None:
        before = self.available
        if wanted:
            self._loaded = {version: model for version, model in self._loaded.items() if version in wanted}
        labels = {n: self._loaded[v] for n, v in self.config.version_labels.items() if v in self._loaded}
        newest = {None: self._loaded[max(self._loaded)]} if self._loaded else {}
        self._served = self._loaded | labels | newest
        for version in self.available - before:
            log.info("serving version %d of %s", version, self.config.name)
        for version in before - self.available:
            log.info("version %d of %s is let go", version, self.config.name)
        self._gone = (self._gone | before) - self.available

    def find(self, version: int | None = None, label: str = "") -> Model:
        """The version asked for by number or label, or the newest; LookupError when it is not being served."""
        return self._served[label or version]

    @property
    def available(self) -> set[int]:
        """The versions that are being served."""
        return {version for version in self._served if isinstance(version, int)}

    def status(self) -> list[pb.ModelVersionStatus]:
        """The state of every version that has been met, newest first, as TensorFlow Serving tells it."""
        known = {version: _state(version, State.END) for version in self._gone}
        known |= {version: _state(version, State.END, pb.UNKNOWN, why) for version, (_, why, _) in self._broken.items()}
        known |= {version: _state(version, State.AVAILABLE) for version in self.available}
        return [known[version] for version in sorted(known, reverse=True)]


def _state(version: int, state: int, code: int = pb.OK, message: str = "") -> pb.ModelVersionStatus:
    return State(version=version, state=state, status=pb.StatusProto(error_code=code, error_message=message))


def stamp(folder: Path) -> Stamp:
    """What changes when a file of a version does, or who may read it."""
    return tuple((str(path.relative_to(folder)), *_about(path)) for path in sorted(folder.rglob("*")))


def _about(path: Path) -> tuple[int, int, int]:
    try:
        about = path.stat()
    except OSError:  # it may not be looked at, or has just gone
        return 0, 0, 0
    return about.st_size, about.st_mtime_ns, about.st_ctime_ns
