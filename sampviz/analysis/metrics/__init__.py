"""The metrics, one family a module; the registry `METRICS` finds every metric in them.

Those of other packages stand behind ours.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module

from sampviz.analysis.metric import Metric
from sampviz.analysis.metric_plugins import GROUP, plugin_metrics
from sampviz.core.errors import UsageError, argument, did_you_mean
from sampviz.core.names import as_names
from sampviz.core.notebook import html_table
from sampviz.core.plugins import Registry

ORDER = (
    "aliasing",
    "detail",
    "ringing",
    "nonlinearity",
    "displacement",
    "fidelity",
    "brightness",
    "checkerboard",
    "translation",
    "label_edges",
    "lesions",
)
Family = tuple[str, tuple[Metric, ...]]  # its title, and its metrics in the order of the module


def _load_families() -> tuple[Family, ...]:
    families = []
    for name in ORDER:
        module = import_module(f"{__name__}.{name}")
        members = tuple(value for value in vars(module).values() if isinstance(value, Metric))
        families.append(((module.__doc__ or "").strip(), members))
    return tuple(families)


FAMILIES = _load_families()


OURS: Mapping[str, Metric] = {m.name: m for _, members in FAMILIES for m in members}
assert len(OURS) == sum(len(members) for _, members in FAMILIES), "two have one name"


class _Metrics(Registry[Metric]):
    """All metrics by their names, ours and those of installed packages."""

    def __repr__(self) -> str:
        return f"<{len(self)} measures: {', '.join(list(self)[:3])}, ...>"

    def _repr_html_(self) -> str:
        """Return the table that a notebook shows."""
        rows = ((m.name, m.unit or "–", m.better, m.summary) for m in self.values())
        return html_table(["measure", "unit", "better", "what it is"], rows)


METRICS: Mapping[str, Metric] = _Metrics(GROUP, OURS, lambda entries: plugin_metrics(OURS, entries))


def families() -> tuple[Family, ...]:
    """Return the families, ours and one of each package that offers metrics.

    Returns
    -------
    tuple of (str, tuple of Metric)
        Of each its title, and its metrics.
    """
    theirs: dict[str, tuple[Metric, ...]] = {}
    for metric in METRICS.values():
        if metric.name not in OURS:
            theirs[metric.package] = (*theirs.get(metric.package, ()), metric)
    return (*FAMILIES, *((f"Measures of {package}", own) for package, own in theirs.items()))


def parse_metrics(
    text: str | Sequence[str] | None, where: str = argument("measures")
) -> Sequence[Metric]:
    """Look up metrics by their names.

    Parameters
    ----------
    text : str, sequence of str, or None
        Names, in a text separated by commas; None gives all but those on request.
    where : str
        What to call the text in errors.

    Returns
    -------
    sequence of Metric
        The metrics.

    Raises
    ------
    UsageError
        If a name is unknown, or is there twice.

    Examples
    --------
    >>> [metric.name for metric in parse_metrics("alias,psnr")]
    ['alias', 'psnr']
    """
    if text is None:
        return tuple(member for member in METRICS.values() if not member.on_request)
    where = f"{where} {text[:80]!r}"
    names = as_names(text, where)
    for name in names:
        if name not in METRICS:
            fix = did_you_mean(name, METRICS, "`sampviz measure --list` lists them all")
            raise UsageError(f"no measure is named {name[:40]!r}", where, fix)
    if len(set(names)) < len(names):
        raise UsageError("a measure is named twice", where, "name each once")
    return tuple(METRICS[name] for name in names)
