"""What a metric is: a named number about what a chain makes of an image, with its definition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sampviz.analysis.evaluation import Evaluation
from sampviz.core.docstring import (
    docstring_of,
    entry,
    instance_doc,
    numpydoc,
    paragraph,
    split_paragraphs,
)
from sampviz.core.text import short_repr

Better = Literal["lower", "higher", "nearer 0", "nearer 1", "neither"]
# The headings that every metric's docstring has, in this order, a paragraph each.
SECTIONS = ("Formula", "Range", "Undefined", "Known", "Source")


class UndefinedError(Exception):
    """Raised where a metric has no value; the message says why."""


@dataclass(frozen=True)
class MetricValue:
    """The value of a metric, and the numbers that it sums up.

    Parameters
    ----------
    value : float
        The value.
    parts : mapping of str to float
        The numbers, by name, such as `rows` and `columns`.
    note : str
        What a reader should know of this value; "" where that is nothing.
    """

    value: float
    parts: Mapping[str, float] = field(default_factory=dict)
    note: str = ""


@instance_doc(lambda metric: metric.manual_text())
@dataclass(frozen=True, eq=False)
class Metric:
    """A number about what a chain makes of an image.

    It is made with `@metric` and called as a function: `METRICS["psnr"](evaluation)`. Its manual
    is its own: `help(METRICS["psnr"])`.

    Parameters
    ----------
    name : str
        Its name in options, in CSV and JSON.
    unit : str
        Unit of the value; empty for a plain number, such as a ratio.
    better : {"lower", "higher", "nearer 0", "nearer 1", "neither"}
        Which values are better.
    function : callable
        Gives the value of an evaluation.
    doc : str
        The docstring of the function, with the paragraphs of `SECTIONS`.
    cite : tuple of str
        Keys of its papers in references.bib.
    parts : tuple of str
        Names of all parts that it may have.
    share : bool
        Whether it is a share of something, which tables for readers show in percent.
    label : str
        What figures and tables call it; by default its name.
    volume_parts : tuple of str
        Names of all parts that it may have of volumes only.
    on_request : bool
        Whether it is measured only where it is named.
    drawn : bool
        Whether numbers are drawn for it, the same ones every time: with others it differs a little.
    package : str
        Which package offers it; "" of ours.
    """

    name: str
    unit: str
    better: Better
    function: Callable[[Evaluation], float | MetricValue]
    doc: str
    cite: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    share: bool = False
    label: str = ""
    volume_parts: tuple[str, ...] = ()
    on_request: bool = False
    drawn: bool = False
    package: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", self.label or self.name)
        # On the instance, where `help` looks for what belongs to a function.
        object.__setattr__(self, "__name__", self.name)
        object.__setattr__(self, "__module__", self.function.__module__)

    def __repr__(self) -> str:
        return short_repr(f"<Metric {self.name}: {self.summary}>")

    def __call__(self, evaluation: Evaluation) -> MetricValue:
        """Return the value and its parts; UndefinedError says why there is none."""
        value = self.function(evaluation)
        return value if isinstance(value, MetricValue) else MetricValue(float(value))

    def manual_text(self) -> str:
        """Return the numpydoc text of the metric: the paragraphs of its docstring as sections.

        Returns
        -------
        str
            Summary, Parameters, Returns, Raises, Notes and References.
        """
        introduction, paragraphs = split_paragraphs(self.doc, SECTIONS)
        source, undefined = paragraphs.pop("Source", ""), paragraphs.pop("Undefined", "")
        value = f"`value` in {self.unit}" if self.unit else "`value` without unit"
        value += f"; better: {self.better}" if self.better != "neither" else ""
        value += f"; `parts`: {', '.join(self.parts)}" if self.parts else ""
        if self.volume_parts:
            value += f"; of volumes also: {', '.join(self.volume_parts)}"
        sections = {
            "Parameters": entry("evaluation : Evaluation", "the chain on the image"),
            "Returns": entry("MetricValue", value),
            "Raises": "" if undefined == "never." else entry("UndefinedError", undefined),
            "Notes": "\n\n".join(paragraph(*item) for item in paragraphs.items()),
            "References": source,
        }
        return numpydoc(introduction, sections)

    def parts_of(self, axes: int) -> tuple[str, ...]:
        """Return the names of all parts that it may have.

        Parameters
        ----------
        axes : {2, 3}
            Of planes or of volumes.

        Returns
        -------
        tuple of str
            Those of volumes alone first.
        """
        return self.volume_parts + self.parts if axes == 3 else self.parts

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.doc.partition("\n")[0]

    @property
    def sections(self) -> dict[str, str]:
        """The paragraphs of the docstring under the headings of `SECTIONS`, a line each."""
        return split_paragraphs(self.doc, SECTIONS)[1]


def metric(
    name: str,
    *,
    unit: str = "",
    better: Better,
    cite: tuple[str, ...] = (),
    parts: tuple[str, ...] = (),
    share: bool = False,
    label: str = "",
    volume_parts: tuple[str, ...] = (),
    on_request: bool = False,
    drawn: bool = False,
) -> Callable[[Callable[[Evaluation], float | MetricValue]], Metric]:
    """Make a metric of a function of an evaluation; its docstring is the definition.

    Parameters
    ----------
    name : str
        Its name in options, in CSV and JSON.
    unit : str
        Unit of the value; empty for a plain number, such as a ratio.
    better : {"lower", "higher", "nearer 0", "nearer 1", "neither"}
        Which values are better.
    cite : tuple of str
        Keys of its papers in references.bib.
    parts : tuple of str
        Names of all parts that it may have.
    share : bool
        Whether it is a share of something.
    label : str
        What figures and tables call it; by default its name.
    volume_parts : tuple of str
        Names of all parts that it may have of volumes only.
    on_request : bool
        Whether it is measured only where it is named.
    drawn : bool
        Whether numbers are drawn for it, the same ones every time: with others it differs a little.

    Returns
    -------
    callable
        A decorator that makes a `Metric` of a function.
    """

    def make(function: Callable[[Evaluation], float | MetricValue]) -> Metric:
        doc = docstring_of(function)
        return Metric(
            name,
            unit,
            better,
            function,
            doc,
            cite,
            parts,
            share,
            label,
            volume_parts,
            on_request,
            drawn,
        )

    return make
