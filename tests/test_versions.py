import shutil

import pytest

from serving import predict_pb2 as pb
from serving.__main__ import MODELS
from serving.versions import Versions

SHIPPED = MODELS / "digits" / "1"


@pytest.fixture
def versions(tmp_path):
    return Versions(tmp_path)


def publish(versions, name):
    return shutil.copytree(SHIPPED, versions.folder / name)


def test_nothing_is_found_where_nothing_is(versions):
    versions.look()
    with pytest.raises(LookupError):
        versions.find(None)


def test_the_newest_version_is_served(versions):
    publish(versions, "2"), publish(versions, "10")
    versions.look()
    assert versions.find(None).version == versions.find(10).version == 10
    with pytest.raises(LookupError):
        versions.find(2)


def test_a_version_that_comes_later_takes_over(versions):
    publish(versions, "1")
    versions.look()
    publish(versions, "2")
    versions.look()
    assert versions.find(None).version == 2


@pytest.mark.parametrize("name", ["v1", "1.tmp", "latest", "-1", "²"])
def test_only_whole_numbers_are_versions(versions, name):
    publish(versions, name)
    versions.look()
    assert versions.serving is None


def test_a_broken_version_never_takes_over_and_is_told_of(versions, caplog):
    publish(versions, "1")
    (publish(versions, "2") / "saved_model.pb").write_bytes(b"half")
    versions.look(), versions.look()
    assert versions.find(None).version == 1
    assert [(state.version, state.state) for state in versions.status()] == [
        (2, pb.ModelVersionStatus.END),
        (1, pb.ModelVersionStatus.AVAILABLE),
    ]
    assert len([record for record in caplog.records if "version 2 is not served" in record.message]) == 1


def test_a_broken_version_that_is_mended_is_served(versions):
    publish(versions, "1")
    (versions.folder / "2").mkdir()
    versions.look()
    (versions.folder / "2").rmdir()
    versions.look()
    publish(versions, "2")
    versions.look()
    assert versions.find(None).version == 2


def test_the_version_before_comes_back_when_the_newest_is_taken_away(versions):
    publish(versions, "1"), publish(versions, "2")
    versions.look()
    shutil.rmtree(versions.folder / "2")
    versions.look()
    assert versions.find(None).version == 1
