"""What is explained: a chain, an input and a kernel, as asked for, or those of an example."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from sampviz.analysis.explain.examples import COUNTED, LAPLACIAN, PICTURE, PIXELS, PLAIN
from sampviz.analysis.explain.fourier_arithmetic import trace_spectrum
from sampviz.analysis.explain.matrix_text import read_matrix
from sampviz.analysis.explain.step_arithmetic import Run, StepTrace, trace_step
from sampviz.core.errors import ChainError, UsageError
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Size
from sampviz.ops.chain import Chain
from sampviz.ops.grammar import Argument, Source, StepText, Word
from sampviz.ops.operation import Operation
from sampviz.ops.parameter import Value
from sampviz.ops.registry import OPS
from sampviz.ops.step import Step, match_poolings, read_steps

MOST_SIDE = 32  # of any stage
_TAKES_KERNEL = ("conv", "transpose")
_WEIGHTS = {"kernel", "k", "seed", "file"}  # any of these names the weights
_NOT_BY_WINDOW = {
    "aps": "chooses one phase for the whole image",
    "kspace": "makes complex numbers of real ones",
    "shuffle": "makes one image of many",
    "unshuffle": "makes many images of one",
}


@dataclass(frozen=True, eq=False)
class Explanation:
    """The workings of all steps of a chain, and a note on what they show."""

    chain: str
    input: Array
    output: Array
    kernel: Array | None
    traces: tuple[StepTrace, ...]
    note: str


def explain(
    text: str,
    input: str | None = None,  # noqa: A002 - the word of the command line
    kernel: str | None = None,
    shorthands: Mapping[str, str] | None = None,
) -> Explanation:
    """Explain a chain on a matrix, `0 1;2 3`, or on the one of its example.

    `kernel` is that of every conv and transpose which names none. `shorthands` are parameters,
    such as `{"s": "2"}`, of every step that has them. ChainError for what cannot be explained.
    """
    chain, bare = _chain(text, shorthands or {})
    weights = LAPLACIAN if _names(chain, "conv") else COUNTED
    x = _example_of(chain) if input is None else read_matrix(input, "--input")
    if kernel is not None:
        weights = _square(read_matrix(kernel, "--kernel"), kernel)
        if not bare:
            raise UsageError(
                f"no step of '{text}' waits for a kernel",
                "--kernel",
                "explain conv or transpose, with no kernel named in the chain",
            )
    _check_kinds(chain)
    with TemporaryDirectory(prefix="sampviz-") as folder:
        # A convolution takes its weights by name or from a file, so these go into one.
        path = Path(folder, "kernel.npy")
        np.save(path, weights)
        steps = list(chain.steps)
        for i in bare:
            steps[i] = Step.of(steps[i].op, **{**dict(steps[i].values), "file": str(path)})
        filled = Chain(tuple(steps))
        try:
            _check_sizes(chain, [tuple(g.size for g in grids) for grids in filled.trace(x.shape)])
            workings = _traces(filled, list(map(str, chain.steps)), x)
        except ChainError as err:  # the file is none of the user's
            place = err.where.replace(str(filled), str(chain))
            raise ChainError(err.what, place, err.fix) from None
    output = workings[-1].output
    shown = next((each.kernel for each in workings if each.kernel is not None), None)
    return Explanation(str(chain), x, output, shown, tuple(workings), _note(chain, x, output))


def _chain(text: str, shorthands: Mapping[str, str]) -> tuple[Chain, list[int]]:
    """Return the chain with the parameters of an explanation, and the steps without a kernel."""
    source = Source(text, "chain")
    columns = source.columns()
    if len(columns) > 1:
        raise source.error(
            "several chains; one is explained at a time",
            columns[1][0].name,
            "write '+' for 'then'",
        )
    steps: list[Step] = []
    bare: list[int] = []
    used: set[str] = set()
    for each in columns[0]:
        op = OPS.get(each.name.text)
        has = {parameter.name for parameter in op.parameters} if op else set()
        more = {key: value for key, value in shorthands.items() if key in has}
        used |= set(more)
        stated = {_key(argument, op) for argument in each.arguments} | set(more)
        plain = PLAIN.get(each.name.text, {})
        more |= {key: value for key, value in plain.items() if key not in stated}
        added = [
            Argument(Word(key, each.name.start), Word(value, each.name.start))
            for key, value in more.items()
        ]
        made = read_steps(source, StepText(each.name, (*each.arguments, *added)), allow_code=False)
        if each.name.text in _TAKES_KERNEL and not stated & _WEIGHTS:
            bare += range(len(steps), len(steps) + len(made))
        steps += made
    for key in shorthands:
        if key not in used:
            raise UsageError(
                f"no step of '{text}' has a parameter {key}", f"-{key}", "leave it out"
            )
    return Chain(tuple(steps)), bare


def _key(argument: Argument, op: Operation | None) -> str:
    """Return the parameter that an argument sets; a bare one sets the first."""
    return argument.key.text or (op.parameters[0].name if op and op.parameters else "")


def _names(chain: Chain, name: str) -> bool:
    return any(step.op.name == name for step in chain.steps)


def _example_of(chain: Chain) -> Array:
    """Return the matrix that a chain is explained on where none is given."""
    first = chain.steps[0].op
    if first.name == "conv":
        return PICTURE
    return COUNTED if first.kind == "up" else PIXELS


def _square(kernel: Array, text: str) -> Array:
    h, w = kernel.shape
    if h != w:
        raise UsageError(
            f"a kernel is square, not {h}x{w}", f"--kernel '{text[:60]}'", "fill it up with zeros"
        )
    return kernel


def _check_kinds(chain: Chain) -> None:
    """Raise ChainError for what is not made window by window, before any work."""
    for step in chain.steps:
        why = _NOT_BY_WINDOW.get(step.op.name)
        if why:
            raise ChainError(
                f"{step.op.name} {why}: no window explains it",
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
    found: list[StepTrace] = []
    for number, (step, heading) in enumerate(zip(chain.steps, headings, strict=True)):
        values = dict(step.values)
        at: Array | None = None
        if number in partners:
            at, size = switches.pop(partners[number])
            run = _unpooling(step.op, at, size)
        else:
            run = _running(step.op, values)
        if number in partners.values():
            switches[number] = step.op.switches_of(x, values), x.shape
        if step.op.name == "flc":
            found += trace_spectrum(heading, step, x, run)
        else:
            found.append(trace_step(heading, step, x, run, at))
        x = found[-1].output
    return found


def _running(op: Operation, values: Mapping[str, Value]) -> Run:
    return lambda planes: op.run(planes, values)


def _unpooling(op: Operation, at: Array, size: Size) -> Run:
    return lambda planes: op.function(planes, 2, np.broadcast_to(at, planes.shape), size)


def _note(chain: Chain, x: Array, out: Array) -> str:
    """Say what is true of a convolution that is transposed: slides have claimed otherwise."""
    names = [step.op.name for step in chain.steps]
    if names != ["conv", "transpose"] or out.shape != x.shape:
        return ""
    apart = int((~np.isclose(out, x)).sum())
    size = f"{x.shape[0]}x{x.shape[1]}"
    if not apart:
        return f"The size, {size}, and with this kernel the values of the input come back."
    return (
        f"The size of the input comes back, {size}; its values do not: {apart} of {x.size} numbers"
        " differ. Transposed convolution is not the inverse of convolution, though lecture slides"
        " have claimed so."
    )
