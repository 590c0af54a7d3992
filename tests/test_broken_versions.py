"""Versions that are not served: the others are, and what was in the way may go."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from test_versions import publish

from serving import predict_pb2 as pb
from serving import versions as module
from serving.model import BadModel
from serving.versions import Versions


@pytest.fixture
def versions(tmp_path):
    return Versions(pb.ModelConfig(name="digits", base_path=str(tmp_path)))


def test_a_broken_version_never_takes_over_and_is_told_of(versions, caplog):
    publish(versions, "1")
    (publish(versions, "2") / "saved_model.pb").write_bytes(b"half")
    versions.look(), versions.look()
    assert versions.find(None).version == 1
    assert [(state.version, state.state) for state in versions.status()] == [
        (2, pb.ModelVersionStatus.END),
        (1, pb.ModelVersionStatus.AVAILABLE),
    ]
    told = versions.status()[0].status
    assert told.error_code == pb.UNKNOWN and "/2: saved_model.pb is not as it was" in told.error_message
    assert len([record for record in caplog.records if "version 2 of digits is not served" in record.message]) == 1


def test_a_broken_version_that_is_mended_is_served(versions):
    publish(versions, "1")
    (Path(versions.config.base_path) / "2").mkdir()
    versions.look()
    (Path(versions.config.base_path) / "2").rmdir()
    versions.look()
    publish(versions, "2")
    versions.look()
    assert versions.find(None).version == 2


def test_a_broken_version_is_tried_again_when_its_files_change(versions):
    half = publish(versions, "2")
    graph = (half / "saved_model.pb").read_bytes()
    (half / "saved_model.pb").write_bytes(graph[:100])
    versions.look()
    assert not versions.available
    (half / "saved_model.pb").write_bytes(graph)
    versions.look()
    assert versions.available == {2}


def refuse(folder):
    raise BadModel(f"{folder}: Permission denied")


def test_a_version_that_could_not_be_read_is_tried_again_when_it_can(versions, monkeypatch):
    folder = publish(versions, "2")
    with monkeypatch.context() as patch:
        patch.setattr(module, "Model", refuse)
        versions.look()
    versions.look()
    assert not versions.available
    (folder / "saved_model.pb").chmod(0o604)
    versions.look()
    assert versions.available == {2}


def test_a_version_that_was_refused_is_tried_again_after_a_while_and_told_of_once(versions, monkeypatch, caplog):
    publish(versions, "2")
    with monkeypatch.context() as patch:
        patch.setattr(module, "Model", refuse)
        patch.setattr(module, "AGAIN", 0)
        versions.look(), versions.look()
    assert len([record for record in caplog.records if "is not served" in record.message]) == 1
    assert "Permission denied" in versions.status()[0].status.error_message
    monkeypatch.setattr(module, "AGAIN", 0)
    versions.look()
    assert versions.available == {2} and not versions.status()[0].status.error_message


def test_a_file_that_may_not_be_looked_at_keeps_no_other_version_from_being_served(versions, monkeypatch):
    publish(versions, "1"), publish(versions, "2")
    (Path(versions.config.base_path) / "2" / "saved_model.pb").unlink()
    monkeypatch.setattr(Path, "stat", denied_below(Path(versions.config.base_path) / "2" / "variables", Path.stat))
    versions.look()
    assert versions.available == {1}


def denied_below(folder, stat):
    def denied(path, **options):
        if folder in path.parents:
            raise PermissionError(13, "Permission denied")
        return stat(path, **options)

    return denied


def test_who_asks_for_the_states_while_versions_are_refused_gets_them(versions, monkeypatch):
    [(Path(versions.config.base_path) / name).mkdir() for name in "123"]
    begun, may_end, asked, state = threading.Event(), threading.Event(), [], module._state

    def slow(version, *rest):
        begun.set()
        assert may_end.wait(60)
        return state(version, *rest)

    def refused(folder):
        if folder.name == "1":
            asked.append(pool.submit(versions.status))
            assert begun.wait(60)
        refuse(folder)

    monkeypatch.setattr(module, "_state", slow), monkeypatch.setattr(module, "Model", refused)
    with ThreadPoolExecutor() as pool:
        versions.look()
        may_end.set()
    assert [told.version for told in asked[0].result()] == [3, 2]


def test_a_damaged_weight_is_noticed(versions, caplog):
    publish(versions, "1")
    weights = publish(versions, "2") / "variables" / "variables.data-00000-of-00001"
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)
    versions.look()
    assert versions.available == {1}
    assert "variables.data-00000-of-00001 is not as it was published" in caplog.text
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)  # mended, and no larger than it was
    versions.look()
    assert versions.available == {2}


@pytest.mark.parametrize("name", ["saved_model.pb", "variables/variables.index"])
def test_a_version_that_is_still_being_copied_is_told_of_by_the_file_that_is_not_there(versions, caplog, name):
    publish(versions, "1")
    (publish(versions, "2") / name).unlink()
    versions.look()
    assert versions.available == {1} and "version 2 of digits is not served" in caplog.text and name in caplog.text
