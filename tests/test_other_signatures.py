"""Versions that do not take and give the same: who asks a model has to know what to ask, after a restart, too."""

import shutil

import pytest
from google.protobuf import text_format
from test_versions import publish

from serving import predict_pb2 as pb
from serving import versions as module
from serving.versions import Versions


@pytest.fixture
def versions(tmp_path):
    return Versions(pb.ModelConfig(name="digits", base_path=str(tmp_path)))


def publish_other(versions, name):
    """A version that names its output otherwise, and that nobody vouches for."""
    folder = publish(versions, name)
    (folder / "model.json").unlink()
    saved = pb.SavedModel.FromString((folder / "saved_model.pb").read_bytes())
    outputs = saved.meta_graphs[0].signature_def["serving_default"].outputs
    outputs["scores"].CopyFrom(outputs.pop("probabilities"))
    (folder / "saved_model.pb").write_bytes(saved.SerializeToString())
    return folder


def restarted(versions, policy=""):
    again = Versions(versions.config)
    text_format.Parse(f"model_version_policy {{ {policy} }}", again.config)
    again.look()
    return again


def test_a_version_of_another_signature_never_takes_over(versions, caplog):
    publish(versions, "1")
    versions.look()
    other = publish_other(versions, "2")
    versions.look()
    assert versions.available == {1}
    assert f"{other}: it does not take and give what version 1 does" in caplog.text


@pytest.mark.parametrize("policy", ["", "all {}", "latest { num_versions: 2 }"])
def test_what_was_refused_does_not_take_over_at_the_next_start(versions, policy):
    publish(versions, "1"), publish_other(versions, "2")
    assert restarted(versions, policy).available == {1}


def test_a_broken_version_says_nothing_of_what_others_take_and_give(versions):
    (publish(versions, "1") / "saved_model.pb").unlink()
    publish_other(versions, "2")
    assert restarted(versions).available == {2}


@pytest.mark.parametrize("name", ["1", "3"])
def test_a_version_without_hashes_is_served_beside_one_that_has_them_if_it_is_the_newest(versions, name):
    publish(versions, "2"), (publish(versions, name) / "model.json").unlink()
    assert restarted(versions).available == {max(2, int(name))}


def test_where_none_has_hashes_the_newest_is_served(versions):
    (publish(versions, "1") / "model.json").unlink(), publish_other(versions, "2")
    assert restarted(versions).available == {2}


def test_who_names_a_version_gets_it_whatever_else_lies_there(versions):
    publish(versions, "1"), publish_other(versions, "2")
    assert restarted(versions, "specific { versions: 2 }").available == {2}


def test_who_takes_the_old_version_away_changes_the_signature(versions, monkeypatch):
    old = publish(versions, "1")
    versions.look()
    publish_other(versions, "2")
    versions.look()
    shutil.rmtree(old)
    monkeypatch.setattr(module, "AGAIN", 0)
    versions.look()
    assert versions.available == restarted(versions).available == {2}
