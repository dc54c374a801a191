"""ONNX Runtime in a process of its own, with bounds of memory and time."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from types import TracebackType
from typing import Any

from sampviz.core.errors import SampvizError, UsageError, argument
from sampviz.core.installation import install_command
from sampviz.core.process_pool import starting_processes
from sampviz.core.text import short_repr
from sampviz.dsp.dtypes import Array
from sampviz.networks.graph import Graph
from sampviz.networks.messages import read_message, write_message
from sampviz.networks.read_model import read_model
from sampviz.networks.runtime_process import NeedsMoreError as NeedsMoreError

_MOST_SECONDS = 300  # for one question
_MOST_IN_ALL = 1800
_PREFIX = re.compile(r"^\[ONNXRuntimeError\] : \d+ : \w+ : (.*Status Message: )?")
_PROGRAM = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from sampviz.networks.runtime_process import serve
serve()
"""


class Runtime:
    """A model in a process that runs it, or parts of it; a context manager.

    Parameters
    ----------
    model : str, Path or onnx.ModelProto
        The model, of which `graph` was read: its weights are known to lie in its folder.
    graph : Graph
        As it stands in the file.
    """

    def __init__(self, model: Any, graph: Graph) -> None:
        self._model, self._graph = model, graph
        self._folder = TemporaryDirectory(prefix="sampviz-")
        self._end = monotonic() + _MOST_IN_ALL
        program = [sys.executable, "-c", _PROGRAM, json.dumps(sys.path)]
        with starting_processes():
            self._process = subprocess.Popen(
                program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )

    def __enter__(self) -> "Runtime":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()

    def simplified(self, shapes: Mapping[str, tuple[int, ...]]) -> Graph:
        """Return the graph of the model, in which all that follows from the shapes is constant.

        Parameters
        ----------
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
        folder = Path(self._folder.name)
        result = folder / "simplified.onnx"
        if isinstance(self._model, (str, Path)):
            path = Path(self._model)
        else:
            path = folder / "model.onnx"
            path.write_bytes(self._model.SerializeToString())
        values = {
            "do": "open",
            "model": str(path),
            "folder": str(path.parent.resolve()),
            "simplified": str(result),
            "shapes": dict(shapes),
        }
        fix = f"give sides that it takes, as multiples of its largest step, with {argument('size')}"
        self._ask(values, "read the model", fix)
        return read_model(result, where=self._graph.where, folder=path.parent)

    def maps(self, inputs: Mapping[str, Array], names: Sequence[str]) -> dict[str, Array]:
        """Return tensors inside the network, float32, by name.

        Parameters
        ----------
        inputs : mapping
            An array for each input of the model.
        names : sequence of str
            Of the tensors.

        Returns
        -------
        dict of str to Array
        """
        if not names:  # what enters the first layer is the image itself
            return {}
        values = {"do": "maps", "inputs": list(inputs), "names": list(names)}
        arrays = self._ask(values, "run the model", "give a smaller image", list(inputs.values()))
        return dict(zip(names, arrays, strict=True))

    def blur(self, layers: Mapping[str, Sequence[Any]], taps: Sequence[float]) -> None:
        """Let `maps` run the model with a blur in place of layers, or without any as it is.

        Parameters
        ----------
        layers : mapping
            See `blurred_model`.
        taps : sequence of float
            Of the blur.
        """
        values = {"do": "blur", "layers": dict(layers), "taps": list(taps)}
        self._ask(values, "run the model with a blur", "leave the filter out")

    def layer(
        self,
        entering: str,
        result: str,
        x: Array,
        *,
        attributes: Mapping[str, Any] | None = None,
        channels: tuple[int, int] | None = None,
        with_bias: bool = True,
    ) -> Array:
        """Return what one layer makes of an array.

        Parameters
        ----------
        entering, result : str
            The names of the tensors before and behind it.
        x : Array
            float32, with all axes of the tensor.
        attributes : mapping, optional
            Of its last node, in place of those of the model; None takes one away.
        channels : tuple of int, optional
            The first of the channels of the result that are wanted, and the one behind them.
        with_bias : bool
            Whether a convolution adds its bias.

        Returns
        -------
        Array

        Raises
        ------
        NeedsMoreError
            For a layer that is made of other tensors of the network, too.
        """
        values = {
            "do": "layer",
            "entering": entering,
            "result": result,
            "attributes": dict(attributes or {}),
            "channels": channels,
            "with_bias": with_bias,
        }
        what = f"run the layer behind {short_repr(repr(entering))}"
        (y,) = self._ask(values, what, "", [x])
        return y

    def _ask(
        self, values: Mapping[str, Any], what: str, fix: str, arrays: Sequence[Array] = ()
    ) -> list[Array]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            self._process.kill()

        seconds = min(_MOST_SECONDS, max(0.0, self._end - monotonic()))
        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            write_message(self._process.stdin, values, arrays)
            answer = read_message(self._process.stdout)
        except (OSError, ValueError):  # it has ended, maybe in the middle of an array
            answer = None
        finally:
            timer.cancel()
        if answer is None:
            reason = f"it takes more than {seconds:.0f} s" if late.is_set() else "it was killed"
            raise self._error(what, reason, fix)
        reply, result = answer
        if reply.get("kind") == "NeedsMoreError":
            raise NeedsMoreError(reply["error"])
        if reply.get("kind") in ("ImportError", "ModuleNotFoundError"):
            text = "ONNX Runtime, which runs models, is missing"
            raise UsageError(text, self._graph.where, install_command("network"))
        if "error" in reply:
            reason = _PREFIX.sub("", reply["error"].splitlines()[-1])
            raise self._error(what, reason, fix)
        return result

    def _error(self, what: str, reason: str, fix: str) -> SampvizError:
        text = f"ONNX Runtime cannot {what}: {short_repr(reason)}"
        either = f"{fix}, or export it again" if fix else "export the model again"
        return self._graph.error(text, either)
