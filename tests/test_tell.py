"""Labels of a server elsewhere, which follows a file or is told."""

import itertools
import shutil

import pytest
from test_labels import served

from serving import config, labels, tell
from serving import predict_pb2 as pb
from serving.__main__ import MODELS
from serving.config import BadConfig
from serving.server import Server


def test_what_a_configuration_labels_is_held_and_nothing_else(far):
    assert not labels.held(far, "digits") and labels.stable(far, "digits") == 0
    labels.label(far, "digits", "stable", 4)
    assert labels.held(far, "digits") and labels.stable(far, "digits") == 4
    assert labels.stable(far, "letters") == labels.stable(far.parent / "none", "digits") == 0


class TensorFlowServing:
    """Reads the file as server_core.cc does: a label that it knows moves to what is loaded, and to nothing else."""

    def __init__(self):
        self.loaded, self.labels = {1}, {}

    def read(self, path):
        loaded, named = served(path)
        moved = {version for label, version in named.items() if self.labels.get(label, version) != version}
        assert moved <= self.loaded, f"{moved - self.loaded} cannot be labelled"
        self.loaded, self.labels = set(loaded), named


@pytest.fixture
def far(tmp_path):
    """A file for a server elsewhere."""
    path = tmp_path / "models.config"
    path.write_text('model_config_list { config { name: "digits" base_path: "/far/away" } }\n')
    return path


def test_tensorflow_serving_can_follow_every_change_of_its_file(far, monkeypatch):
    server, waited = TensorFlowServing(), []
    monkeypatch.setattr("serving.labels.sleep", lambda seconds: [waited.append(seconds), server.read(far)])
    for change, *what in (
        (labels.label, "stable", 1),
        (labels.label, "canary", 2),
        (labels.promote, "canary"),
        (labels.roll_back, 1),
        (labels.label, "canary", 2),
        (labels.label, "canary", 3),
        (labels.label, "stable", 2),
    ):
        change(far, "digits", *what)
        server.read(far)
    assert (server.loaded, server.labels) == ({2, 3}, {"stable": 2, "canary": 3})
    assert waited == [labels.FOLLOWED] * 3


def test_a_server_that_reads_its_file_while_it_is_told_finds_nothing_else_there(far, monkeypatch):
    read = []
    monkeypatch.setattr("serving.labels.sleep", lambda _: None)
    labels.label(far, "digits", "stable", 1)
    monkeypatch.setattr("serving.tell.load", lambda *_: read.append(served(far)))
    monkeypatch.setattr("serving.tell.move", lambda *_: read.append(served(far)))
    labels.label(far, "digits", "stable", 2, "a:8500")
    assert read == [([1, 2], {"stable": 1}), ([2], {"stable": 2})]


def test_a_server_that_cannot_follow_leaves_the_file_as_it_was(far, monkeypatch):
    monkeypatch.setattr("serving.labels.sleep", lambda _: None)
    labels.label(far, "digits", "stable", 1)
    with pytest.raises(BadConfig, match="UNAVAILABLE"):
        labels.label(far, "digits", "stable", 2, f"unix:{far.parent}/nobody")
    assert served(far) == ([1], {"stable": 1})


@pytest.fixture
def told(monkeypatch):
    """What a server is given, versions and labels: one that serves 1, and takes its time until it has 2."""
    given, asked = [], itertools.count()

    def give(channel, address, config):
        (digits,) = config.model_config_list.config
        given.append((list(digits.model_version_policy.specific.versions), dict(digits.version_labels)))

    monkeypatch.setattr("serving.tell._give", give)
    monkeypatch.setattr("serving.tell._available", lambda *_: {1, 2} if next(asked) > 2 else {1})
    return given


def test_a_server_is_told_in_steps_in_which_every_label_has_a_version_that_it_serves(told):
    def saying(**named):
        digits = pb.ModelConfig(name="digits", version_labels=named)
        digits.model_version_policy.specific.versions[:] = sorted(named.values())
        return pb.ModelServerConfig(model_config_list=pb.ModelConfigList(config=[digits]))

    tell.load("unix:nobody", saying(stable=1, canary=9), saying(stable=2), "digits")
    assert told == [([1, 2], {"stable": 1})]
    tell.move("unix:nobody", saying(stable=2), "digits")
    assert told[1:] == [([1, 2], {"stable": 2}), ([2], {"stable": 2})]


@pytest.fixture
def running(tmp_path):
    """A server of version 1 that has not been told to watch its configuration."""
    shutil.copytree(MODELS / "digits" / "1", tmp_path / "digits" / "1")
    server = Server(config.found(tmp_path), f"unix:{tmp_path}/s")
    server.start()
    yield server.catalogue
    server.stop()


def test_a_running_server_is_told_and_moves_in_steps(running, tmp_path):
    path, address = tmp_path / "models.config", f"unix:{tmp_path}/s"
    labels.label(path, "digits", "stable", 1, address)
    shutil.copytree(tmp_path / "digits" / "1", tmp_path / "digits" / "2")
    labels.label(path, "digits", "canary", 2, address)
    assert running.find("digits", label="stable").version == 1 and running.find("digits", label="canary").version == 2
    labels.promote(path, "digits", "canary", f" {address}, {address} ")
    assert running.find("digits", label="stable").version == 2 and running.versions("digits").available == {2}
    labels.roll_back(path, "digits", None, address)
    assert running.find("digits").version == 1 and running.versions("digits").available == {1}
    assert config.parse(path).model_config_list.config[0].base_path == "digits"


def test_a_version_that_does_not_come_is_a_sentence(running, tmp_path, monkeypatch):
    monkeypatch.setattr("serving.tell.PATIENCE", 0.3)
    monkeypatch.setattr("serving.labels.whole", lambda _: True)
    (tmp_path / "digits" / "2").mkdir()
    with pytest.raises(BadConfig, match="version 2 of digits did not come within"):
        labels.label(tmp_path / "models.config", "digits", "canary", 2, f"unix:{tmp_path}/s")
    assert running.find("digits").version == 1


def test_a_server_that_was_told_serves_as_before_when_another_cannot_follow(running, tmp_path):
    path, address = tmp_path / "models.config", f"unix:{tmp_path}/s"
    labels.label(path, "digits", "stable", 1, address)
    shutil.copytree(tmp_path / "digits" / "1", tmp_path / "digits" / "2")
    with pytest.raises(BadConfig, match=f"nobody: UNAVAILABLE: .*; {address} serves as before$"):
        labels.label(path, "digits", "canary", 2, f"{address},unix:{tmp_path}/nobody")
    assert running.versions("digits").available == {1} and served(path) == ([1], {"stable": 1})


def test_who_has_begun_and_cannot_serve_as_before_is_named(far, monkeypatch):
    back = []

    def fails(address, *_):
        back.append(address)
        raise BadConfig(f"{address} is away")

    monkeypatch.setattr("serving.tell.load", lambda address, *what: address == "b:1" and fails(address))
    monkeypatch.setattr("serving.tell.move", fails)
    with pytest.raises(BadConfig, match=r"b:1 is away; a:1 does not serve as before \(a:1 is away\)$"):
        labels.roll_back(far, "digits", 4, "a:1,b:1,c:1")
    assert back == ["b:1", "a:1", "b:1"]
