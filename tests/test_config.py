import os

import pytest
from google.protobuf import text_format
from later import Later

from serving import config
from serving import predict_pb2 as pb

TWO = """
model_config_list {
  config { name: "digits" base_path: "models/digits" model_platform: "tensorflow"
           model_version_policy { specific { versions: 1 versions: 2 } } version_labels { key: "stable" value: 1 } }
  config { name: "letters" base_path: "/elsewhere/letters" }
}
"""
LOGGED = """
model_config_list {
  config {
    name: "digits" base_path: "/models/digits" model_type: TENSORFLOW
    logging_config {
      log_collector_config { type: "files" filename_prefix: "/logs/digits" }
      sampling_config { sampling_rate: 0.1 attributes: 1 per_task_sampling_configs { dc: "a" task_index: 0 } }
      custom_logging_config { type_url: "type.googleapis.com/some.Message" value: "\\010\\001" }
    }
  }
}
"""


def test_a_models_config_of_tensorflow_serving_is_read(tmp_path):
    (tmp_path / "models.config").write_text(TWO)
    digits, letters = config.read(tmp_path / "models.config")
    assert digits.base_path == str(tmp_path / "models/digits") and letters.base_path == "/elsewhere/letters"
    assert list(digits.model_version_policy.specific.versions) == [1, 2]
    assert dict(digits.version_labels) == {"stable": 1}


def test_what_only_tensorflow_serving_follows_is_read_and_written_back(tmp_path):
    official, path = Later("tensorflow_serving.config.model_server_config_pb2"), tmp_path / "models.config"
    path.write_text(LOGGED)
    before = text_format.Parse(LOGGED, official.ModelServerConfig())
    config.write(path, config.parse(path))
    assert text_format.Parse(path.read_text(), official.ModelServerConfig()) == before
    assert config.parse(path).SerializeToString(deterministic=True) == before.SerializeToString(deterministic=True)
    assert config.read(path)[0].name == "digits"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no model is configured"),
        ("model_config_list {", r"models.config: \d+:\d+"),
        ("model_list {}", "no field named"),
        ('model_config_list { config { name: "a" } }', "needs a name and a base_path"),
        (LOGGED.replace("TENSORFLOW", "OTHER"), "digits: only models of TensorFlow are served here"),
        (LOGGED.replace("TENSORFLOW", 'TENSORFLOW model_platform: "tensorflow"'), "digits: either model_type or"),
        ('model_config_list { config { name: "a" base_path: "b" model_platform: "onnx" } }', "'onnx' is not served"),
        ('model_config_list { config { name: "a" base_path: "b" } config { name: "a" base_path: "c" } }', "same name"),
    ],
)
def test_a_config_that_cannot_be_served_says_why(tmp_path, text, told):
    (tmp_path / "models.config").write_text(text)
    with pytest.raises(config.BadConfig, match=told):
        config.read(tmp_path / "models.config")


def test_a_new_models_config_can_be_read_by_whoever_serves_and_an_old_one_keeps_its_mode(tmp_path):
    path, before = tmp_path / "models.config", os.umask(0o077)
    try:
        for mode in (0o644, 0o640):
            config.write(path, text_format.Parse(TWO, pb.ModelServerConfig()))
            assert path.stat().st_mode & 0o777 == mode
            path.chmod(0o640)
    finally:
        os.umask(before)


def test_every_folder_of_versions_is_a_model(tmp_path):
    for folder in ("b/1", "a/2", "lost+found"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "models.config").touch()
    assert [(model.name, model.base_path) for model in config.found(tmp_path)] == [
        ("a", str(tmp_path / "a")),
        ("b", str(tmp_path / "b")),
    ]


@pytest.mark.parametrize("fails", ["os.fsync", "pathlib.Path.replace", "google.protobuf.text_format.MessageToString"])
def test_a_file_that_cannot_be_written_to_its_end_stays_as_it_was(tmp_path, monkeypatch, fails):
    path = tmp_path / "models.config"
    path.write_text(TWO)
    wanted = config.changed(config.parse(path), "digits", {2}, {"stable": 2})
    monkeypatch.setattr(fails, full)
    with pytest.raises(OSError, match="No space left"):
        config.write(path, wanted)
    assert path.read_text() == TWO


def full(*_, **__):
    raise OSError(28, "No space left on device")
