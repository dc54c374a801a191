"""Models that compute with their own shapes, made ones of constants by ONNX Runtime.

Exporters write a size that follows from that of the input as nodes: Shape, Gather, Mul, Concat. For
an input of known size all of them are constants. The model may be anybody's: the runtime works in
a process of its own, with bounds of memory and time.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sampviz.core.errors import UsageError, argument
from sampviz.core.installation import install_command
from sampviz.core.text import short_repr
from sampviz.networks.graph import Graph
from sampviz.networks.read_model import read_model

_OF_SHAPES = ("Shape", "Size", "ConstantOfShape", "Range")
_MOST_SECONDS = 120
_MOST_BYTES = 16 * 2**30  # of addresses
_NOT_INSTALLED = 9  # the exit code for it
_PROGRAM = """
import json, sys
try:
    import onnx, onnxruntime
except ImportError:
    sys.exit({not_installed})
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({most_bytes}, {most_bytes}))
except (ImportError, ValueError):  # of other systems
    pass
model, folder, simplified, shapes = sys.argv[1:]
proto = onnx.load(model, load_external_data=False)
for value in proto.graph.input:
    sides = json.loads(shapes).get(value.name, ())
    for side, known in zip(value.type.tensor_type.shape.dim, sides):
        side.dim_value = known
options = onnxruntime.SessionOptions()
options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
options.optimized_model_filepath = simplified
options.intra_op_num_threads = 1
options.log_severity_level = 4
options.add_session_config_entry("session.model_external_initializers_file_folder_path", folder)
try:
    onnxruntime.InferenceSession(
        proto.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
except Exception as err:
    sys.exit(str(err))
"""


def computes_with_shapes(graph: Graph) -> bool:
    """Return whether sizes are computed by nodes of the graph."""
    return any(node.op in _OF_SHAPES for node in graph.nodes)


def simplified(model: Any, graph: Graph, shapes: Mapping[str, tuple[int, ...]]) -> Graph:
    """Return the graph of a model in which what follows from the size of its inputs is constant.

    Parameters
    ----------
    model : str, Path or onnx.ModelProto
        The model.
    graph : Graph
        As it stands in the file.
    shapes : mapping
        The shapes of inputs.

    Returns
    -------
    Graph

    Raises
    ------
    InputError
        For a model that ONNX Runtime refuses, or that takes it too long or too much memory.
    UsageError
        If ONNX Runtime is not installed.
    """
    with TemporaryDirectory(prefix="sampviz-") as folder:
        result = Path(folder) / "simplified.onnx"
        if isinstance(model, (str, Path)):
            path = Path(model)
        else:
            path = Path(folder) / "model.onnx"
            path.write_bytes(model.SerializeToString())
        _run(graph, [str(path), str(path.parent.resolve()), str(result), json.dumps(shapes)])
        return read_model(result, where=graph.where, folder=path.parent)


def _run(graph: Graph, arguments: list[str]) -> None:
    program = _PROGRAM.format(not_installed=_NOT_INSTALLED, most_bytes=_MOST_BYTES)
    try:
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        what = f"ONNX Runtime has not read the model in {_MOST_SECONDS} s"
        raise graph.error(what) from None
    if done.returncode == _NOT_INSTALLED:
        what = "ONNX Runtime, which models need that compute with their own shapes, is missing"
        raise UsageError(what, graph.where, install_command("network"))
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it was killed"]
        what = f"ONNX Runtime cannot read the model: {short_repr(lines[-1])}"
        raise graph.error(what, f"give a {argument('size')} that it takes, or export it again")
