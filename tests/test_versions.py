import shutil
from pathlib import Path

import numpy as np
import pytest
from google.protobuf import text_format

from serving import golden
from serving import predict_pb2 as pb
from serving.__main__ import MODELS
from serving.versions import Versions

SHIPPED = MODELS / "digits" / "1"


@pytest.fixture
def versions(tmp_path):
    return Versions(pb.ModelConfig(name="digits", base_path=str(tmp_path)))


def publish(versions, name):
    return shutil.copytree(SHIPPED, Path(versions.config.base_path) / name)


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


@pytest.mark.parametrize("name", ["v1", "1.tmp", "latest", "-1", "²", str(2**63)])
def test_only_whole_numbers_are_versions(versions, name):
    publish(versions, name)
    versions.look()
    assert not versions.available


def test_the_version_before_comes_back_when_the_newest_is_taken_away(versions):
    publish(versions, "1"), publish(versions, "2")
    versions.look()
    shutil.rmtree(Path(versions.config.base_path) / "2")
    versions.look()
    assert versions.find(None).version == 1


def test_the_last_version_that_serves_is_never_let_go(versions):
    folder = publish(versions, "1")
    versions.look()
    shutil.rmtree(folder)
    versions.look()
    assert versions.find().version == 1


@pytest.mark.parametrize(
    ("policy", "served"),
    [
        ("latest {}", {3}),
        ("latest { num_versions: 2 }", {2, 3}),
        ("all {}", {1, 2, 3}),
        ("specific { versions: 2 }", {2}),
    ],
)
def test_the_policy_says_which_versions_are_served(versions, policy, served):
    text_format.Parse(f"model_version_policy {{ {policy} }}", versions.config)
    publish(versions, "1"), publish(versions, "2"), publish(versions, "3")
    versions.look()
    assert versions.available == served
    assert versions.find().version == max(served)


def test_a_version_that_is_no_longer_wanted_is_let_go_and_told_of(versions):
    publish(versions, "1")
    versions.look()
    publish(versions, "2")
    versions.look(), versions.look()
    assert versions.available == {2}
    assert [(s.version, s.state) for s in versions.status()] == [
        (2, pb.ModelVersionStatus.AVAILABLE),
        (1, pb.ModelVersionStatus.END),
    ]


def test_who_has_begun_with_a_version_ends_with_it(versions):
    publish(versions, "1")
    versions.look()
    begun = versions.find()
    publish(versions, "2")
    versions.look()
    assert begun.run(np.zeros((1, 28, 28, 1), np.uint8)).shape == (1, 11)


def test_a_label_stands_for_a_version(versions):
    text_format.Parse("model_version_policy { all {} } version_labels { key: 'canary' value: 2 }", versions.config)
    versions.config.version_labels["early"] = 9  # of a version that has not come
    publish(versions, "1"), publish(versions, "2"), publish(versions, "3")
    versions.look()
    assert versions.find(label="canary").version == 2
    for name in ("stable", "early"):
        with pytest.raises(LookupError):
            versions.find(label=name)


def test_a_version_without_hashes_is_loaded_again_when_its_files_change(versions):
    publish(versions, "1")
    folder, (images, answers) = publish(versions, "2"), golden.read(SHIPPED)
    shutil.rmtree(folder / "assets.extra"), (folder / "model.json").unlink()
    weights = folder / "variables" / "variables.data-00000-of-00001"
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2].ljust(len(whole), b"\0"))  # as who writes a file from both ends
    versions.look()
    assert not np.allclose(versions.find(2).run(images), answers, atol=0.1)
    weights.write_bytes(whole)
    versions.look()
    mended = versions.find(2)
    np.testing.assert_allclose(mended.run(images), answers, atol=1e-4)
    versions.look()
    assert versions.find(2) is mended


def test_a_version_that_changes_and_is_broken_then_serves_until_another_can(versions):
    folder = publish(versions, "2")
    (folder / "model.json").unlink()
    versions.look()
    before = versions.find()
    (folder / "saved_model.pb").write_bytes(b"half")
    versions.look()
    assert versions.find() is before
    publish(versions, "1")
    versions.look()
    assert versions.available == {1}


def test_a_version_with_hashes_is_loaded_once(versions):
    folder = publish(versions, "1")
    versions.look()
    before = versions.find()
    (folder / "saved_model.pb").touch()
    versions.look()
    assert versions.find() is before
