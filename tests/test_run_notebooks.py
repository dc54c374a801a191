"""Notebooks run in a kernel, and show pictures, tables, pages and bars: ours and those of docs/."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

nbformat = pytest.importorskip("nbformat", reason="nbclient is not installed")
nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
pytest.importorskip("ipykernel", reason="ipykernel is not installed")

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
FIGURE = "sampviz.compare('sample:noise:16x16', 'max', rows='image')"
CELLS = {
    f"import sampviz\nfigure = {FIGURE}\nfigure": "image/png",
    "figure.svg()": "image/svg+xml",
    "sampviz.load('sample:noise:16x16')": "text/html",
    "sampviz.Chain.parse('max+bilinear')": "text/html",
    "sampviz.measure('sample:noise:16x16', 'max,blur', measures='psnr')": "text/html",
    "list(sampviz.progress_bar('abc', 3))": "text/html",
    "sampviz.report('sample:noise:16x16', 'max', measures='psnr')": "text/html",
}


class Run(Protocol):
    """Run a notebook in a folder, as Jupyter does; an error in a cell is raised."""

    def __call__(self, notebook: Any, folder: Path) -> None: ...


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """In one kernel, which imports the libraries once and forgets all names before a notebook."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "SAMPVIZ_CACHE": "off",
    }
    client = nbclient.NotebookClient(nbformat.v4.new_notebook(), timeout=600, startup_timeout=300)

    def run_in_kernel(notebook: Any, folder: Path) -> None:
        start = f"%reset -f\nimport os\nos.chdir({str(folder)!r})\ndel os"
        client.nb = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(start), *notebook.cells]
        )
        client.execute(cleanup_kc=False)

    with client.setup_kernel(env=environment):
        yield run_in_kernel


def outputs(cell: Any) -> Sequence[Any]:
    return [output.data for output in cell.outputs if "data" in output]


def test_a_notebook_shows_what_there_is(run: Run, tmp_path: Path) -> None:
    cells = [nbformat.v4.new_code_cell(code) for code in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    run(notebook, tmp_path)
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
def test_the_notebooks_of_the_manual_run(run: Run, path: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    run(notebook, tmp_path)
    kinds = {
        kind for cell in notebook.cells if "outputs" in cell for o in outputs(cell) for kind in o
    }
    assert "image/png" in kinds
