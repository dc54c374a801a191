"""A chain explained on a small matrix: the words of the user, filled up from a worked example."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from sampviz.analysis.arguments import ChainsLike
from sampviz.analysis.explain.examples import COUNTED, LAPLACIAN, PICTURE, PIXELS, PLAIN
from sampviz.analysis.explain.fourier_arithmetic import trace_spectrum
from sampviz.analysis.explain.matrix_text import MatrixLike, as_matrix
from sampviz.analysis.explain.step_arithmetic import Run, StepTrace, trace_step
from sampviz.core.errors import ChainError, UsageError, argument
from sampviz.core.notebook import html_table
from sampviz.core.text import short_repr
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Size
from sampviz.ops.chain import Chain
from sampviz.ops.convert import as_chain
from sampviz.ops.grammar import Argument, Source, StepText, Word
from sampviz.ops.operation import Operation
from sampviz.ops.registry import OPS
from sampviz.ops.step import Step, read_steps, step_columns
from sampviz.ops.switches import match_poolings
from sampviz.ops.values import Value

MOST_SIDE = 32  # of any stage
_TAKES_KERNEL = ("conv", "transpose")
_WEIGHTS = {"kernel", "k", "seed", "file"}  # any of these names the weights


@dataclass(frozen=True, eq=False, repr=False)
class Explanation:
    """The arithmetic of all steps of a chain on a small matrix.

    Attributes
    ----------
    chain : str
        The chain, with the parameters that it is explained with.
    input, output : ndarray
        What goes into the chain and what comes out, (H, W), float64.
    kernel : ndarray or None
        The weights of its convolution; None where there is none.
    traces : tuple of StepTrace
        Every step: what each of its windows reads and writes, and the sum.
    note : str
        What the whole shows; empty where there is nothing to say.
    """

    chain: str
    input: Array
    output: Array
    kernel: Array | None
    traces: tuple[StepTrace, ...]
    note: str

    def __repr__(self) -> str:
        sizes = " → ".join("x".join(map(str, x.shape)) for x in (self.input, self.output))
        return short_repr(f"<Explanation {self.chain}: {sizes}>")

    def _repr_html_(self) -> str:
        """Return the tables that a notebook shows: what goes in, every sum, what comes out."""
        grids = [
            html_table([title, *[""] * (x.shape[1] - 1)], [[f"{v:.4g}" for v in row] for row in x])
            for title, x in (("input", self.input), (self.chain, self.output))
        ]
        sums = [[window.text] for trace in self.traces for window in trace.window_steps]
        return grids[0] + html_table(["sums"], sums) + grids[1]


def explain(
    chain: ChainsLike,
    input: MatrixLike | None = None,  # noqa: A002 - the word of the command line
    *,
    kernel: MatrixLike | None = None,
    s: int | str | None = None,
    k: int | str | None = None,
    p: int | str | None = None,
) -> Explanation:
    """Explain a chain with the numbers of a small matrix: window by window, sums written out.

    As `sampviz explain`. Here `conv` and `transpose` have s=1 and p=0 unless the chain says
    otherwise.

    Parameters
    ----------
    chain : str, Chain or operation
        One chain, as `conv` or `max+unpool`. It is not `aps`, `kspace`, `shuffle` or `unshuffle`.
    input : str or array_like, optional
        The matrix, `"0 1;2 3"` or (H, W): at most 16x16 numbers within ±1e6. By default that of a
        worked example.
    kernel : str or array_like, optional
        The weights of every `conv` and `transpose` that names none: a square matrix.
    s, k, p : int or str, optional
        Stride, window and padding of every step that has them.

    Returns
    -------
    Explanation

    Raises
    ------
    ChainError
        For what is no chain or no matrix, and for operations that no window explains.
    UsageError
        For a kernel or a parameter that no step takes.

    Examples
    --------
    >>> import sampviz
    >>> explanation = sampviz.explain("conv", "0 1 2;3 4 5;6 7 8", kernel="0 1;2 3")
    >>> explanation.output.tolist()
    [[19.0, 25.0], [37.0, 43.0]]
    >>> explanation.traces[0].window_steps[0].text
    '0*0 + 1*1 + 3*2 + 4*3 = 19'
    """
    text = chain if isinstance(chain, str) else str(as_chain(chain))
    shorthand_values = {"s": s, "k": k, "p": p}
    shorthands = {name: str(value) for name, value in shorthand_values.items() if value is not None}
    parsed, without_kernel = _parse(text, shorthands)
    weights = LAPLACIAN if _has_op(parsed, "conv") else COUNTED
    x = _example_of(parsed) if input is None else as_matrix(input, argument("input"))
    if kernel is not None:
        weights = _square(as_matrix(kernel, argument("kernel")), kernel)
        if not without_kernel:
            raise UsageError(
                f"no step of '{text}' waits for a kernel",
                argument("kernel"),
                "explain conv or transpose, with no kernel named in the chain",
            )
    _check_kinds(parsed)
    traces = _trace_with(parsed, without_kernel, weights, x)
    output = traces[-1].output
    kernels = [trace.kernel for trace in traces if trace.kernel is not None]
    return Explanation(
        str(parsed),
        x,
        output,
        kernels[0] if kernels else None,
        tuple(traces),
        _note(parsed, x, output),
    )


def _trace_with(
    chain: Chain, without_kernel: Sequence[int], weights: Array, x: Array
) -> list[StepTrace]:
    """Explain a chain whose steps `without_kernel` (their numbers) have these weights."""
    with TemporaryDirectory(prefix="sampviz-") as folder:
        # A convolution takes its weights by name or from a file, so these go into one.
        path = Path(folder, "kernel.npy")
        np.save(path, weights)
        steps = list(chain.steps)
        for i in without_kernel:
            steps[i] = Step.of(steps[i].op, **{**dict(steps[i].values), "file": str(path)})
        filled = Chain(tuple(steps))
        try:
            _check_sizes(chain, [tuple(g.size for g in grids) for grids in filled.trace(x.shape)])
            return _traces(filled, list(map(str, chain.steps)), x)
        except ChainError as err:  # the file is none of the user's
            what, where, fix = err.texts
            raise ChainError(what, where.replace(str(filled), str(chain)), fix) from None


def _parse(text: str, shorthands: Mapping[str, str]) -> tuple[Chain, list[int]]:
    """Return the chain with the parameters of an explanation, and its steps without a kernel."""
    source = Source(text, "chain")
    columns = step_columns(source)
    if len(columns) > 1:
        raise source.error(
            "several chains; one is explained at a time",
            columns[1][0].name,
            "write '+' for 'then'",
        )
    steps: list[Step] = []
    without_kernel: list[int] = []
    used_keys: set[str] = set()
    for step_text in columns[0]:
        name, arguments = step_text.name, step_text.arguments
        op = OPS.get(name.text)
        parameter_names = {parameter.name for parameter in op.parameters} if op else set()
        extra_values = {key: value for key, value in shorthands.items() if key in parameter_names}
        used_keys |= set(extra_values)
        written_keys = {_key(argument, op) for argument in arguments} | set(extra_values)
        plain_values = PLAIN.get(name.text, {})
        extra_values |= {
            key: value for key, value in plain_values.items() if key not in written_keys
        }
        added = [
            Argument(Word(key, name.start), Word(value, name.start))
            for key, value in extra_values.items()
        ]
        parsed_steps = read_steps(source, StepText(name, (*arguments, *added)), allow_code=False)
        if name.text in _TAKES_KERNEL and not written_keys & _WEIGHTS:
            without_kernel += range(len(steps), len(steps) + len(parsed_steps))
        steps += parsed_steps
    for key in shorthands:
        if key not in used_keys:
            raise UsageError(
                f"no step of '{text}' has a parameter {key}", f"-{key}", "leave it out"
            )
    return Chain(tuple(steps)), without_kernel


def _key(argument: Argument, op: Operation | None) -> str:
    """Return the parameter that an argument sets; a bare one sets the first."""
    return argument.key.text or (op.parameters[0].name if op and op.parameters else "")


def _has_op(chain: Chain, name: str) -> bool:
    return any(step.op.name == name for step in chain.steps)


def _example_of(chain: Chain) -> Array:
    """Return the matrix that a chain is explained on where none is given."""
    first = chain.steps[0].op
    if first.name == "conv":
        return PICTURE
    return COUNTED if first.kind == "up" else PIXELS


def _square(kernel: Array, source: MatrixLike) -> Array:
    h, w = kernel.shape
    if h != w:
        where = (
            f"{argument('kernel')} '{source[:60]}'"
            if isinstance(source, str)
            else argument("kernel")
        )
        raise UsageError(f"a kernel is square, not {h}x{w}", where, "fill it up with zeros")
    return kernel


def _check_kinds(chain: Chain) -> None:
    """Raise ChainError for what is not made window by window, before any work."""
    for step in chain.steps:
        if reason := step.op.not_by_window:
            raise ChainError(
                f"{step.op.name} {reason}: no window explains it",
                f"chain '{chain}'",
                "`sampviz explain --list` has examples",
            )


def _check_sizes(chain: Chain, sizes: Sequence[Size]) -> None:
    for h, w in sizes:
        if max(h, w) > MOST_SIDE:
            raise ChainError(
                f"{h}x{w} numbers; at most {MOST_SIDE}x{MOST_SIDE} are written out",
                f"chain '{chain}'",
                "take a smaller input or smaller factors",
            )


def _traces(chain: Chain, headings: Sequence[str], x: Array) -> list[StepTrace]:
    """Explain each step on what the one before it made."""
    partners = match_poolings(chain.steps)
    switches: dict[int, tuple[Array, Size]] = {}
    traces: list[StepTrace] = []
    for number, (step, heading) in enumerate(zip(chain.steps, headings, strict=True)):
        values = dict(step.values)
        indices: Array | None = None
        if number in partners:
            indices, size = switches.pop(partners[number])
            run = _unpooling(step, indices, size)
        else:
            run = _running(step.op, values)
        if number in partners.values():
            switches[number] = step.op.switches_of(x, values), x.shape
        if step.op.name == "flc":
            traces += trace_spectrum(heading, step, x, run)
        else:
            traces.append(trace_step(heading, step, x, run, indices))
        x = traces[-1].output
    return traces


def _running(op: Operation, values: Mapping[str, Value]) -> Run:
    return lambda planes: op.run(planes, values)


def _unpooling(step: Step, indices: Array, size: Size) -> Run:
    return lambda planes: step.op.take_switches(
        planes, step.params, 2, np.broadcast_to(indices, planes.shape), size
    )


def _note(chain: Chain, x: Array, out: Array) -> str:
    """Say what is true of a convolution that is transposed: slides have claimed otherwise."""
    names = [step.op.name for step in chain.steps]
    if names != ["conv", "transpose"] or out.shape != x.shape:
        return ""
    differing = int((~np.isclose(out, x)).sum())
    size = f"{x.shape[0]}x{x.shape[1]}"
    if not differing:
        return f"The size, {size}, and with this kernel the values of the input come back."
    return (
        f"The size of the input comes back, {size}; its values do not: {differing} of {x.size} "
        "numbers differ. Transposed convolution is not the inverse of convolution, though "
        "lecture slides have claimed so."
    )
