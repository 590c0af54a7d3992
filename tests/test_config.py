import pytest

from serving import config

TWO = """
model_config_list {
  config { name: "digits" base_path: "models/digits" model_platform: "tensorflow"
           model_version_policy { specific { versions: 1 versions: 2 } } version_labels { key: "stable" value: 1 } }
  config { name: "letters" base_path: "/elsewhere/letters" }
}
"""


def test_a_models_config_of_tensorflow_serving_is_read(tmp_path):
    (tmp_path / "models.config").write_text(TWO)
    digits, letters = config.read(tmp_path / "models.config")
    assert digits.base_path == str(tmp_path / "models/digits") and letters.base_path == "/elsewhere/letters"
    assert list(digits.model_version_policy.specific.versions) == [1, 2]
    assert dict(digits.version_labels) == {"stable": 1}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no model is configured"),
        ("model_config_list {", r"models.config: \d+:\d+"),
        ("model_list {}", "no field named"),
        ('model_config_list { config { name: "a" } }', "needs a name and a base_path"),
        ('model_config_list { config { name: "a" base_path: "b" model_platform: "onnx" } }', "'onnx' is not served"),
        ('model_config_list { config { name: "a" base_path: "b" } config { name: "a" base_path: "c" } }', "same name"),
    ],
)
def test_a_config_that_cannot_be_served_says_why(tmp_path, text, told):
    (tmp_path / "models.config").write_text(text)
    with pytest.raises(config.BadConfig, match=told):
        config.read(tmp_path / "models.config")


def test_every_folder_of_versions_is_a_model(tmp_path):
    for folder in ("b/1", "a/2", "lost+found"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "models.config").touch()
    assert [(model.name, model.base_path) for model in config.found(tmp_path)] == [
        ("a", str(tmp_path / "a")),
        ("b", str(tmp_path / "b")),
    ]
