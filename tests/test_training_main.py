import contextlib
import gzip
import json
import sys

import pytest

from training.__main__ import main

pytestmark = pytest.mark.train


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["study", "nonsense"], "there is no 'nonsense'; there are kernel, rate"),
        (["train", "--rung", "resnet"], "there is no 'resnet'; there are softmax, dense"),
        (["train", "--share", "3"], "'3' is not a number above 0 and at most 1"),
        (["train", "--epochs", "0"], "'0' is not a whole number above 0"),
        (["train", "--seed", "4294967296"], "4294967296 is no seed: the largest is 4,000,000,000"),
        (["bake"], "invalid choice"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_bad_argument_gets_one_clear_line(arguments, told, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert told in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("command", ["train", "study", "publish", "evaluate"])
def test_help_tells_every_option(command, capsys):
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    assert command in capsys.readouterr().out


def test_what_cannot_be_done_is_said_in_a_sentence(monkeypatch, capsys):
    from training import shipped
    from training.publish import CannotPublish

    def refuse(*_):
        raise CannotPublish("version 1 exists; a version is never overwritten")

    monkeypatch.setattr(shipped, "publish_trained", refuse)
    assert main(["publish", "--version", "1"]) == 1
    assert capsys.readouterr().err == "training: version 1 exists; a version is never overwritten\n"


def test_what_cannot_be_published_is_said_before_the_training(tmp_path, monkeypatch, capsys):
    from training import data, shipped

    monkeypatch.setattr(shipped, "trained", lambda _: pytest.fail("it was trained"))
    monkeypatch.setattr(data, "pen_part", lambda _: [])
    (tmp_path / "digits").mkdir()  # as one who was refused has left it
    (tmp_path / "digits" / "file").touch()
    for arguments, told in (
        ([], "has to know pen digits"),
        (["--label", "canary"], "has to know pen digits"),
        (["--label", "ca\nnary"], "is no label"),
        (["--version", str(2**63)], "is no version"),
        (["--models", str(tmp_path / "digits" / "file")], "File exists"),
    ):
        assert main(["publish", "--models", str(tmp_path / "digits"), *arguments]) == 1
        assert told in capsys.readouterr().err


def test_inks_that_cannot_be_read_are_named_before_anything_is_measured(tmp_path, monkeypatch, capsys):
    from training import evaluate

    monkeypatch.setattr(evaluate, "served", lambda _: pytest.fail("it was measured"))
    path = tmp_path / "some.jsonl.gz"
    good = {"strokes": [[[0, 0], [0, 9]]], "label": "1", "source": None}
    for bad in ({}, {"strokes": [], "label": "1"}, {"strokes": [[[0, "x"]]], "label": "1"}, None):
        path.write_bytes(gzip.compress("\n".join(map(json.dumps, (good, bad))).encode()))
        assert main(["evaluate", "--inks", str(path)]) == 1
        assert f"{path}, line 2: " in capsys.readouterr().err
    path.write_bytes(gzip.compress(json.dumps(good).encode())[:-9])
    assert main(["evaluate", "--inks", str(path)]) == 1
    assert str(path) in capsys.readouterr().err


@pytest.mark.parametrize("command", ["evaluate", "errors"])
def test_two_files_of_one_name_are_not_measured_as_one(command, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("training.evaluate.served", lambda _: contextlib.nullcontext())
    monkeypatch.setattr("training.numbers.in_file", lambda _: [])
    paths = [str(tmp_path / folder / "some.jsonl.gz") for folder in "ab"]
    assert main([command, *(["--inks"] if command == "evaluate" else []), *paths]) == 1
    assert "have one name" in capsys.readouterr().err


def test_a_version_that_is_refused_leaves_what_is_served_as_it_is(tmp_path, capsys):
    (tmp_path / "digits" / "1").mkdir(parents=True)
    assert main(["publish", "--models", str(tmp_path / "digits"), "--label", "canary", "--version", "1"]) == 1
    assert "never overwritten" in capsys.readouterr().err and not (tmp_path / "models.config").exists()


def test_a_canary_is_published_beside_what_is_stable(tmp_path, monkeypatch, capsys):
    from training import shipped

    learnt = []

    def publish(seeds, folder, _version, before):
        before()
        learnt.append(tuple(seeds))
        target = folder / str(1 + len(list(folder.iterdir())))
        target.mkdir()
        return target

    monkeypatch.setattr(shipped, "publish_trained", publish)
    monkeypatch.setattr("serving.labels.whole", lambda _: True)
    (tmp_path / "digits" / "1").mkdir(parents=True)
    assert main(["publish", "--models", str(tmp_path / "digits"), "--label", "canary"]) == 0
    assert main(["publish", "--models", str(tmp_path / "digits"), "--seeds", "3"]) == 0
    assert learnt == [shipped.SEEDS, (3,)]
    assert capsys.readouterr().out.splitlines()[1::2] == [
        "digits: canary 2, stable 1",
        "not served before it has a label: python -m serving label stable 3",
    ]


def test_a_rung_that_needs_pen_digits_is_not_trained_without_them(monkeypatch, capsys):
    from training import data

    monkeypatch.setattr(data, "pen", lambda: ([], {}))
    assert main(["train", "--rung", "pen"]) == 1
    assert capsys.readouterr().err.startswith("training: pen learns from pen digits, and there are none")


def test_where_nothing_is_wrong_there_is_no_sheet(tmp_path, monkeypatch, capsys):
    from training import errors, evaluate

    monkeypatch.setattr(evaluate, "served", lambda _: contextlib.nullcontext())
    monkeypatch.setattr(errors, "wrong", lambda *_: ([], 7))
    assert main(["errors", "--sheets", str(tmp_path), "some.jsonl.gz"]) == 0
    assert "some.jsonl.gz: 0 of 7 read wrong" in capsys.readouterr().out and not list(tmp_path.iterdir())


def test_ctrl_c_says_how_to_go_on(monkeypatch, capsys):
    from training import train

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(train, "train_rung", stop)
    assert main(["train", "--rung", "dense"]) == 130
    assert "go on" in capsys.readouterr().err


def test_ctrl_c_is_a_sentence_too_while_what_trains_is_loaded_and_where_nothing_can_go_on(monkeypatch, capsys):
    class Loading:
        @staticmethod
        def find_spec(name, *_):
            raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "training.data")
    monkeypatch.setattr(sys, "meta_path", [Loading, *sys.meta_path])
    assert main(["evaluate"]) == 130
    assert capsys.readouterr().err == "\ntraining: stopped\n"
