"""Notebooks run in a kernel, and show pictures, tables, pages and bars: ours and those of docs/."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat", reason="nbclient is not installed")
nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
pytest.importorskip("ipykernel", reason="ipykernel is not installed")

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
CELLS = {
    "import sampviz\nsampviz.response('avg')": "image/png",
    "sampviz.response('avg').svg()": "image/svg+xml",
    "sampviz.load('sample:noise:16x16')": "text/html",
    "sampviz.Chain.parse('max+bilinear')": "text/html",
    "sampviz.measure('sample:noise:16x16', 'max,blur', measures='psnr')": "text/html",
    "list(sampviz.progress_bar('abc', 3))": "text/html",
    "sampviz.report('sample:noise:16x16', 'max', measures='psnr')": "text/html",
}


def run(notebook: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a notebook as Jupyter does; an error in a cell is raised."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    client = nbclient.NotebookClient(
        notebook, timeout=600, startup_timeout=300, resources={"metadata": {"path": str(folder)}}
    )
    client.execute()


def outputs(cell: Any) -> Sequence[Any]:
    return [output.data for output in cell.outputs if "data" in output]


def test_a_notebook_shows_what_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = [nbformat.v4.new_code_cell(code) for code in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    run(notebook, tmp_path, monkeypatch)
    for cell, kind in zip(notebook.cells, CELLS.values(), strict=True):
        assert kind in outputs(cell)[0], cell.source
        assert not [output for output in cell.outputs if output.output_type == "stream"]
    bar, result = outputs(notebook.cells[5])
    assert bar["text/html"].endswith("</progress> 3/3")
    assert result["text/plain"] == "['a', 'b', 'c']"
    assert "<iframe" in outputs(notebook.cells[6])[0]["text/html"]


# The built site holds copies of them.
OF_MANUAL = [path for path in (ROOT / "docs").rglob("*.ipynb") if "_build" not in path.parts]


@pytest.mark.parametrize("path", sorted(OF_MANUAL), ids=lambda path: path.name)
def test_the_notebooks_of_the_manual_run(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = nbformat.read(path, as_version=4)
    run(notebook, tmp_path, monkeypatch)
    kinds = {
        kind for cell in notebook.cells if "outputs" in cell for o in outputs(cell) for kind in o
    }
    assert "image/png" in kinds
