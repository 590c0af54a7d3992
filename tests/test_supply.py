import json
import subprocess
import sys
from pathlib import Path

import pytest

from requirements import supply


def test_every_package_is_listed_with_its_licence(capsys):
    assert supply.licences() == 0
    listed = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert {f"{name} {version}" for name, version in supply.locked("test")} <= listed.keys()
    assert listed[f"flask {dict(supply.locked('run'))['flask']}"] == "BSD-3-Clause"
    assert any(name.startswith("bootstrap ") and licence == "MIT" for name, licence in listed.items())


def test_the_bills_of_materials_hold_every_package(monkeypatch, tmp_path):
    monkeypatch.setattr(supply, "SBOM", tmp_path)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    assert supply.sbom() == 0
    for name, expected in (("python", [n for n, _ in supply.locked("run")]), ("page", ["bootstrap", "chart.js"])):
        bill = json.loads((tmp_path / f"{name}.json").read_text())
        assert bill["bomFormat"] == "CycloneDX"
        assert set(expected) <= {component["name"] for component in bill["components"]}


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ("No known vulnerabilities found", 0, 0),
        ("flask 1.0 PYSEC-0000-1", 1, 1),
        ("ERROR: flask: could not be audited", 1, 2),
    ],
)
def test_what_could_not_be_asked_is_told_apart_from_what_is_well(monkeypatch, capsys, told, status, code):
    answer = subprocess.CompletedProcess([], status, told, "")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: answer)
    assert supply.audit() == code
    assert capsys.readouterr().out.startswith("NOT AUDITED" if code == 2 else "Python's packages")
