"""The metrics, one family a module; the registry `METRICS` finds every metric in them."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType

from sampviz.analysis.metric import Metric
from sampviz.core.errors import UsageError, argument, did_you_mean
from sampviz.core.names import as_names

ORDER = (
    "aliasing",
    "detail",
    "ringing",
    "nonlinearity",
    "displacement",
    "fidelity",
    "brightness",
    "checkerboard",
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
METRICS: Mapping[str, Metric] = MappingProxyType(
    {member.name: member for _, members in FAMILIES for member in members}
)
assert len(METRICS) == sum(len(members) for _, members in FAMILIES), "two have one name"


def parse_metrics(
    text: str | Sequence[str] | None, where: str = argument("measures")
) -> Sequence[Metric]:
    """Look up metrics by their names.

    Parameters
    ----------
    text : str, sequence of str, or None
        Names, in a text separated by commas; None gives all metrics.
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
        return tuple(METRICS.values())
    where = f"{where} {text[:80]!r}"
    names = as_names(text, where)
    for name in names:
        if name not in METRICS:
            fix = did_you_mean(name, METRICS, "`sampviz measure --list` lists them all")
            raise UsageError(f"no measure is named {name[:40]!r}", where, fix)
    if len(set(names)) < len(names):
        raise UsageError("a measure is named twice", where, "name each once")
    return tuple(METRICS[name] for name in names)
