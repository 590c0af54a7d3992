import re
import subprocess
import sys
from pathlib import Path

from training import results

README = Path(__file__).parents[1] / "README.md"


def test_what_is_put_is_read_and_what_was_there_stays(tmp_path):
    file = tmp_path / "results.json"
    assert results.read(file) == {}
    results.put("ladder", "dense", 1, file)
    results.put("ladder", "lenet5", 2, file)
    assert results.read(file) == {"ladder": {"dense": 1, "lenet5": 2}}


def test_what_two_processes_keep_at_once_is_all_kept(tmp_path):
    file = tmp_path / "results.json"
    keeping = """import sys, pathlib; from training import results
for i in range(40): results.put(sys.argv[1], str(i), i, pathlib.Path(sys.argv[2]))"""
    command = [sys.executable, "-c", keeping]
    for process in [subprocess.Popen([*command, name, file], cwd=README.parent) for name in "ab"]:
        assert process.wait(60) == 0
    assert {name: len(kept) for name, kept in results.read(file).items()} == {"a": 40, "b": 40}


def test_one_value_has_no_spread():
    assert results.spread([0.5]) == {"mean": 0.5, "sd": 0.0}
    assert results.spread([0.4, 0.5, 0.6]) == {"mean": 0.5, "sd": 0.1}


def test_a_loss_beyond_all_numbers_is_none_so_that_the_file_stays_json():
    runs = [[{"loss": loss, "val_loss": 1.0, "accuracy": 0.5, "val_accuracy": 0.5}] for loss in (1.0, float("nan"))]
    assert results.curves(runs) == {"loss": [None], "val_loss": [1.0], "accuracy": [0.5], "val_accuracy": [0.5]}


def test_the_readme_tells_the_figures_that_were_measured():
    measured = results.read()["shipped"]
    section = README.read_text().partition("## How well it reads")[2].partition("\n## ")[0]
    told = dict(re.findall(r"^\| ([^|]+) \| (\d+\.\d\d) \|", section, re.M))
    assert len(told) >= 8
    assert told == {name: f"{100 * measured[name]:.2f}" for name in told}
