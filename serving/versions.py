"""The versions of one model: folders with whole numbers for names, of which the newest that loads is served.

This is TensorFlow Serving's default policy. A version that cannot be loaded never takes the place of one that can.
"""

import logging
from pathlib import Path

from serving import predict_pb2 as pb
from serving.model import BadModel, Model

log = logging.getLogger(__name__)


class Versions:
    """What is served from one folder. `look` is called by one thread; everything else by any."""

    def __init__(self, folder: Path):
        """Serve nothing yet: the first `look` loads."""
        self.folder = folder
        self.serving: Model | None = None
        self._broken: dict[int, str] = {}

    def look(self) -> None:
        """Load the newest version that there is, if it is not the one that is being served."""
        found = sorted(int(path.name) for path in self.folder.glob("[0-9]*") if path.name.isdecimal())
        self._broken = {version: why for version, why in self._broken.items() if version in found}
        for version in reversed(found):
            if self.serving and version == self.serving.version:
                return
            if version not in self._broken and self._load(version):
                return

    def _load(self, version: int) -> bool:
        try:
            self.serving = Model(self.folder / str(version))
        except BadModel as problem:
            self._broken[version] = str(problem)
            log.error("version %d is not served: %s", version, problem)
            return False
        log.info("serving version %d of %s", version, self.folder)
        return True

    def find(self, version: int | None) -> Model:
        """The version asked for, or the newest; LookupError when it is not being served."""
        model = self.serving
        if model is None or version not in (None, model.version):
            raise LookupError(version)
        return model

    def status(self) -> list[pb.ModelVersionStatus]:
        """The state of every version that has been met, newest first, as TensorFlow Serving tells it."""
        state = pb.ModelVersionStatus
        known = {version: _ended(version, why) for version, why in self._broken.items()}
        if model := self.serving:
            known[model.version] = state(version=model.version, state=state.AVAILABLE, status=pb.StatusProto())
        return [known[version] for version in sorted(known, reverse=True)]


def _ended(version: int, why: str) -> pb.ModelVersionStatus:
    unknown = pb.StatusProto(error_code=2, error_message=why)
    return pb.ModelVersionStatus(version=version, state=pb.ModelVersionStatus.END, status=unknown)
