"""The notebook: every cell runs, and what is committed is an executed whole run."""

import os
import re
from pathlib import Path

import pytest
from later import Later

nbclient = Later("nbclient")
nbformat = Later("nbformat")
NOTEBOOK = Path(__file__).parents[1] / "notebook" / "model.ipynb"


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(NOTEBOOK, 4)


@pytest.fixture(scope="module")
def cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.train
def test_every_cell_runs_on_a_small_part(notebook, monkeypatch, tmp_path):
    monkeypatch.setenv("FAST", "1")
    monkeypatch.setenv("PYTHONPATH", str(NOTEBOOK.parents[1]))
    client = nbclient.NotebookClient(
        nbformat.from_dict(notebook), timeout=240, resources={"metadata": {"path": str(NOTEBOOK.parent)}}
    )
    client.execute(env=os.environ | {"FAST": "1"})


def test_it_is_committed_as_it_ran_from_the_first_cell_to_the_last(cells):
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))


def test_no_cell_failed_and_none_is_without_what_it_printed(cells):
    outputs = [output for cell in cells for output in cell.outputs]
    assert outputs and not [output for output in outputs if output.output_type == "error"]


def test_it_names_no_local_path_and_stays_small():
    text = NOTEBOOK.read_text()
    assert not re.search(r"/(work|root|home|tmp)/", text)
    assert len(text) < 4_000_000


def test_prose_states_no_measured_figure(notebook):
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert not re.search(r"\d+\.\d+ ?(%|points|ms)", prose)
