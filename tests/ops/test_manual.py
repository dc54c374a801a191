"""Python describes an operation, a metric and their parts as it describes functions."""

import inspect
import pydoc

import numpy as np
import pytest

import sampviz
from sampviz.analysis.metrics import METRICS
from sampviz.core.docstring import split_paragraphs
from sampviz.ops import Grid, Param, Parameter, Step, op, unchanged
from sampviz.ops.rules import SECTIONS
from tests.every import every

OPERATIONS = list(sampviz.OPS.values())
DESCRIBED = [*OPERATIONS, *METRICS.values()]


def test_signature_of_an_operation() -> None:
    assert str(inspect.signature(sampviz.OPS["max"])) == (
        "(x, *, k=2, s=None, p=0, d=1, ceil=False, size='none', axes=2)"
    )
    assert str(inspect.signature(sampviz.OPS["relu"])) == "(x, *, axes=2)"


@every("operation", OPERATIONS)
def test_defaults_of_the_signature_are_those_of_the_operation(
    operation: sampviz.ops.Operation,
) -> None:
    named = dict(inspect.signature(operation).parameters)
    assert named.pop("x").default is inspect.Parameter.empty
    assert named.pop("axes").default == 2
    assert operation.bind({name: p.default for name, p in named.items()}) == operation.bind({})


def test_none_stands_for_a_default_that_follows_from_others() -> None:
    x = np.random.default_rng(0).random((9, 9))
    pool = sampviz.OPS["max"]
    assert np.array_equal(pool(x, k=3, s=None), pool(x, k=3, s=3))
    with pytest.raises(sampviz.SampvizError, match=r"k=None: wanted 1\.\.64 px"):
        pool(x, k=None)


@every("thing", DESCRIBED)
def test_help_is_the_manual(thing: sampviz.ops.Operation) -> None:
    shown = pydoc.render_doc(thing, renderer=pydoc.plaintext)  # type: ignore[attr-defined]
    assert vars(thing)["__name__"] == thing.name
    assert shown.splitlines()[0].endswith(f"in module {thing.function.__module__}")
    words = " ".join(shown.split()).lower()
    assert thing.summary.lower() in words
    for heading, text in thing.sections.items():
        assert text == "never." or text.rstrip(".").lower() in words, heading


def test_parameters_of_the_manual_are_made_from_the_types() -> None:
    def half(x: sampviz.ops.Array, *, k: sampviz.ops.Window = 3) -> sampviz.ops.Array:
        """Do nothing.

        Size: N
        Delta: 0
        Edges: none
        Source: none
        """
        return x

    doc = op("half", kind="same", linear=True, grid=unchanged)(half).__doc__
    assert (
        'k : int, tuple of int, "auto" or "nnunet", default 3\n'
        "    Side of the window; 1..64 px, auto or nnunet." in (doc or "")
    )


@every("thing", DESCRIBED)
def test_reprs_fit_a_line(thing: sampviz.ops.Operation) -> None:
    parts = [thing, *(thing.parameters if thing in OPERATIONS else ())]
    for text in map(repr, parts):
        assert "\n" not in text
        assert len(text) <= 120


def test_reprs_of_parts() -> None:
    assert repr(Grid(4)) == "Grid(size=4, step=1, delta=0)"
    assert repr(Step.of(sampviz.OPS["max"], k=3)) == "<Step max:k=3>"
    assert repr(Parameter("k", int, Param(1, 9, "px"), 2)) == "<Parameter k=2: 1..9 px>"


def test_paragraphs_of_a_docstring() -> None:
    doc = "Do it.\n\nMore: of it.\n\nSize: N,\n    or M: N\nEdges: none\n"
    assert split_paragraphs(doc, SECTIONS) == (
        "Do it.\n\nMore: of it.",
        {"Size": "N, or M: N", "Edges": "none"},
    )
