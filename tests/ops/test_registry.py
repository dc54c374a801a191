"""Operations of installed packages are imported when the operations are first asked for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sampviz

pytestmark = pytest.mark.slow

ROOT = str(Path(sampviz.__file__).parent.parent)
PLUG_IN = """
import numpy as np
from sampviz import OPS, Chain
from sampviz.ops import op, unchanged

half = OPS["avg"]  # used while it is imported
chain = Chain.parse("max+blur")

@op("loud", kind="same", linear=True, grid=unchanged)
def loud(x: np.ndarray, axis: int) -> np.ndarray:
    '''Leave everything.

    Size: N
    Delta: 0
    Edges: none
    Source: none
    '''
    return x.copy()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an installed distribution that offers an operation."""
    (tmp_path / "loud_pools.py").write_text(PLUG_IN)
    home = tmp_path / "loud_pools-1.0.dist-info"
    home.mkdir()
    (home / "METADATA").write_text("Metadata-Version: 2.1\nName: loud-pools\nVersion: 1.0\n")
    (home / "entry_points.txt").write_text("[sampviz.ops]\nloud = loud_pools:loud\n")
    return tmp_path


def run(code: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), ROOT])},
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "first_words",
    [
        "import sampviz",
        "import loud_pools, sampviz",  # the plug-in first: it asks for operations itself
        "from sampviz.ops.chain import Chain; Chain.parse('loud+max'); import sampviz",
        "import sampviz; 'max' in sampviz.OPS",
    ],
)
def test_a_plug_in_may_use_the_operations(folder: Path, first_words: str) -> None:
    run(
        f"{first_words}\n"
        "assert 'loud' in sampviz.OPS\n"
        "assert sampviz.Chain.parse('loud+max').steps[0].op is sampviz.OPS['loud']\n"
        "import loud_pools\n"
        "assert loud_pools.half is sampviz.OPS['avg']\n",
        folder,
    )


def test_it_is_not_imported_before(folder: Path) -> None:
    run(
        "import sys, sampviz\n"
        "from sampviz.ops.registry import OPS, OURS\n"
        "assert 'loud_pools' not in sys.modules\n"
        "assert len(OPS) == len(OURS) + 1\n"
        "assert 'loud_pools' in sys.modules\n",
        folder,
    )


def test_threads_that_ask_at_once_find_the_same(folder: Path) -> None:
    run(
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from threading import Barrier\n"
        "from sampviz.ops.registry import OPS\n"
        "start = Barrier(8)\n"
        "def names(_):\n"
        "    start.wait()\n"
        "    return tuple(OPS)\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    found = set(pool.map(names, range(8)))\n"
        "assert len(found) == 1, len(found)\n"
        "assert 'loud' in found.pop()\n",
        folder,
    )
