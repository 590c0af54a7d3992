import os
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from serving import config, labels
from serving.__main__ import MODELS, main
from serving.config import BadConfig


@pytest.fixture
def path(tmp_path):
    """Where the models.config of a model with versions 1, 2 and 3 would lie."""
    for version in "123":
        laid(tmp_path, version)
    return tmp_path / "models.config"


def laid(models, version):
    """A version of digits, of the shipped one's own files."""
    return shutil.copytree(MODELS / "digits" / "1", models / "digits" / version, copy_function=os.symlink)


def served(path):
    (digits,) = config.read(path)
    return list(digits.model_version_policy.specific.versions), dict(digits.version_labels)


def test_the_first_label_makes_what_was_newest_stable(path):
    assert labels.label(path, "digits", "canary", 3) == "digits: canary 3, stable 2"
    assert served(path) == ([2, 3], {"stable": 2, "canary": 3})


def test_two_who_change_labels_at_once_do_not_undo_each_other(path, monkeypatch):
    text = f'name: "digits" base_path: "{path.parent}/digits"'
    path.write_text(f"model_config_list {{ config {{ {text} }} }}")
    path.chmod(0o640)
    labels.label(path, "digits", "stable", 1)
    labels.label(path, "digits", "canary", 2)
    waits = threading.Event()  # for the one who waits for TensorFlow Serving to read its file
    monkeypatch.setattr(labels, "sleep", lambda _: waits.set() or time.sleep(0.3))
    with ThreadPoolExecutor() as pool:
        one = pool.submit(labels.label, path, "digits", "canary", 3)
        assert waits.wait(60)
        labels.label(path, "digits", "old", 1)
        one.result()
    assert served(path) == ([1, 3], {"stable": 1, "canary": 3, "old": 1})
    assert path.stat().st_mode & 0o777 == 0o640


def test_what_is_written_is_taken_by_tensorflow_serving_but_for_the_place_of_the_models(path):
    labels.label(path, "digits", "stable", 1)
    (digits,) = config.parse(path).model_config_list.config
    assert (digits.base_path, digits.model_platform, digits.model_type) == ("digits", "tensorflow", 0)


def test_what_a_configuration_says_besides_stays(path):
    path.write_text("""
        model_config_list {
          config { name: "digits" base_path: "digits" model_type: TENSORFLOW logging_config { sampling_config {} } }
          config { name: "letters" base_path: "/letters" }
        }""")
    labels.label(path, "digits", "stable", 1)
    digits, letters = config.parse(path).model_config_list.config
    assert digits.HasField("logging_config") and (digits.model_type, digits.model_platform) == (1, "")
    assert (letters.base_path, letters.model_platform) == ("/letters", "tensorflow")


def test_a_version_is_served_as_long_as_it_bears_a_label(path):
    labels.label(path, "digits", "stable", 1)
    labels.label(path, "digits", "canary", 2)
    labels.label(path, "digits", "canary", 3)
    assert served(path) == ([1, 3], {"stable": 1, "canary": 3})


def test_promotion_makes_the_canary_stable(path):
    labels.label(path, "digits", "canary", 3)
    labels.promote(path, "digits", "canary")
    assert served(path) == ([3], {"stable": 3, "canary": 3})


def test_rolling_back_serves_the_version_before_the_stable_alone(path):
    labels.label(path, "digits", "canary", 3)
    labels.promote(path, "digits", "canary")
    labels.roll_back(path, "digits")
    assert served(path) == ([2], {"stable": 2})
    labels.roll_back(path, "digits")
    assert served(path) == ([1], {"stable": 1})


def test_without_labels_rolling_back_starts_from_the_newest_or_goes_where_it_is_told(path):
    labels.roll_back(path, "digits")
    assert served(path) == ([2], {"stable": 2})
    labels.roll_back(path, "digits", 1)
    assert served(path) == ([1], {"stable": 1})


def test_a_version_0_can_be_gone_back_to(path):
    laid(path.parent, "0")
    for before, to in ((2, ["0"]), (1, [])):
        labels.label(path, "digits", "stable", before)
        assert main(["rollback", *to, "--models", str(path.parent)]) == 0
        assert served(path) == ([0], {"stable": 0})
    with pytest.raises(BadConfig, match="no version of digits before 0 in sight"):
        labels.roll_back(path, "digits")


@pytest.mark.parametrize(
    ("policy", "change", "stable"),
    [
        ("specific { versions: 2 }", labels.roll_back, 1),
        ("specific { versions: 1 versions: 2 }", labels.roll_back, 1),
        ("all {}", labels.roll_back, 2),
        ("specific { versions: 1 }", labels.hold, 1),
        ("latest { num_versions: 2 }", labels.hold, 3),
        ("specific { versions: 1 }", lambda *where: labels.label(*where, "canary", 3), 1),
        ("specific { versions: 3 }", lambda *where: labels.label(*where, "canary", 3), 3),
        ("latest { num_versions: 2 }", lambda *where: labels.label(*where, "canary", 3), 2),
    ],
)
def test_without_labels_what_is_served_now_is_what_the_policy_says(path, policy, change, stable):
    text = f'name: "digits" base_path: "digits" model_version_policy {{ {policy} }}'
    path.write_text(f"model_config_list {{ config {{ {text} }} }}")
    change(path, "digits")
    assert labels.stable(path, "digits") == stable


def test_rolling_back_never_goes_forward(path):
    text = 'name: "digits" base_path: "digits" model_version_policy { specific { versions: 1 } }'
    path.write_text(f"model_config_list {{ config {{ {text} }} }}")
    with pytest.raises(BadConfig, match="no version of digits before 1 in sight"):
        labels.roll_back(path, "digits")


def test_what_is_served_is_held_before_a_version_comes_that_is_not_for_everyone(path):
    assert not labels.held(path, "digits")
    labels.hold(path, "digits")
    labels.hold(path, "digits")
    assert served(path) == ([3], {"stable": 3}) and labels.held(path, "digits")
    labels.label(path, "digits", "stable", 1)
    labels.hold(path, "digits")
    assert served(path) == ([1], {"stable": 1})


def test_a_version_that_is_not_whole_is_passed_over_and_cannot_be_named(path):
    broken = path.parent / "digits" / "2" / "saved_model.pb"
    broken.unlink()
    broken.write_bytes((MODELS / "digits" / "1" / "saved_model.pb").read_bytes()[:100])
    (path.parent / "digits" / "4").mkdir()
    with pytest.raises(BadConfig, match="there is no whole version 2 of digits"):
        labels.label(path, "digits", "canary", 2)
    labels.roll_back(path, "digits")
    assert served(path) == ([1], {"stable": 1})


def test_where_no_version_is_whole_none_can_be_named(tmp_path):
    (tmp_path / "digits" / "1").mkdir(parents=True)
    for version in (1, 7):
        with pytest.raises(BadConfig, match=f"there is no whole version {version} of digits"):
            labels.label(tmp_path / "models.config", "digits", "stable", version)


def test_a_version_that_is_alone_is_stable_too(tmp_path):
    laid(tmp_path, "1")
    labels.hold(tmp_path / "models.config", "digits")
    labels.label(tmp_path / "models.config", "digits", "canary", 1)
    assert served(tmp_path / "models.config") == ([1], {"stable": 1, "canary": 1})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda path: labels.label(path, "digits", "canary", 9), "there is no whole version 9 of digits in"),
        (lambda path: labels.label(path, "letters", "canary", 1), "there is no model 'letters'"),
        (lambda path: labels.label(path, "digits", "", 1), "'' is no label"),
        (lambda path: labels.label(path, "digits", "\udcff", 1), "is no label; a word such as canary is"),
        (lambda path: labels.roll_back(path, "digits", 2**63), f"{2**63} is no version"),
        (lambda path: labels.label(path, "digits", "stable", -5), "-5 is no version"),
        (lambda path: labels.promote(path, "digits", "canary"), "is called 'canary'; there are none"),
        (lambda path: labels.roll_back(path, "digits", 8), "there is no whole version 8"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_changes_nothing(path, change, told):
    with pytest.raises(BadConfig, match=told):
        change(path)
    assert not path.exists()


def test_where_the_versions_cannot_be_seen_they_must_be_named(tmp_path):
    path = tmp_path / "models.config"
    path.write_text('# kept\nmodel_config_list { config { name: "digits" base_path: "/far/away" } }\n')
    for change in (labels.roll_back, lambda *where: labels.label(*where, "canary", 5)):
        with pytest.raises(BadConfig, match=r"in sight; name|label one so first"):
            change(path, "digits")
    labels.roll_back(path, "digits", 4)
    assert served(path) == ([4], {"stable": 4}) and path.read_text().startswith("# kept\nmodel_config_list")
    assert config.parse(path).model_config_list.config[0].base_path == "/far/away"


def test_what_only_the_embedded_server_reads_is_written_at_once(path, monkeypatch):
    monkeypatch.delattr("serving.labels.sleep")
    for version in (1, 2, 3):
        labels.label(path, "digits", "stable", version)
    assert served(path) == ([3], {"stable": 3})


def test_a_server_that_is_not_there_is_a_sentence_and_changes_nothing(path, tmp_path):
    with pytest.raises(BadConfig, match=rf"unix:{tmp_path}/nobody: UNAVAILABLE"):
        labels.label(path, "digits", "stable", 1, f"unix:{tmp_path}/nobody")
    assert not path.exists()
