"""The pictures that a version brings along, with the answers it was published with: it must give them still.

They lie beside the warm-up requests, where TensorFlow Serving does not look.
"""

import zipfile
import zlib
from pathlib import Path

import numpy as np

NAME = Path("assets.extra") / "golden.npz"


def read(folder: Path) -> tuple[np.ndarray, np.ndarray] | None:
    """Pictures and answers, or None where a version brings none; ValueError if the file is broken."""
    if not (folder / NAME).exists():
        return None
    try:
        with (folder / NAME).open("rb") as file, np.load(file) as kept:
            return kept["images"], kept["probabilities"]
    except (zipfile.BadZipFile, zlib.error, LookupError, EOFError, ValueError) as problem:
        raise ValueError(f"{NAME} is broken: {problem}") from problem


def write(folder: Path, images: np.ndarray, probabilities: np.ndarray) -> None:
    """Put both into a version that is being made."""
    (folder / NAME).parent.mkdir(exist_ok=True)
    np.savez_compressed(folder / NAME, images=images, probabilities=probabilities)
