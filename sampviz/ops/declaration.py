"""What is declared of an operation, before anything is done with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sampviz.dsp.dtypes import Array
from sampviz.ops.bind import axis_values
from sampviz.ops.manual import signature
from sampviz.ops.parameter import Parameter
from sampviz.ops.rules import (
    Channels,
    Domain,
    FastRule,
    FinishRule,
    Form,
    GridOf,
    GridRule,
    IntermediatesRule,
    Kind,
    Params,
    PicksRule,
    ResponseRule,
    SwitchRule,
    ValuesRule,
)


@dataclass(frozen=True, eq=False)
class Declaration:
    """What `@op` and the signature of its function say of an operation.

    Parameters
    ----------
    name, kind, linear
        As for `op`; `linear` with the defaults.
    form : {"axis", "axes", "plane", "pixel"}
        How the function is called.
    parameters : tuple of Parameter
        The parameters, in the order of the signature.
    per_axis : frozenset of str
        Parameters of which the function takes the values of all axes.
    grid, check
        As for `op`.
    function : callable
        What computes the result.
    doc : str
        The docstring of the function.
    group, linear_if, affine, switches, takes_switches, restores_size, takes_complex, picks
        As for `op`.
    depends_on_scale, spreads, before, example, domain, channels, swaps, not_by_window, finish
        As for `op`.
    grid_of : {"any axis", "this axis", "all axes"}
        What `grid` is called for.
    response, fast, intermediates, title, phrases
        As for `op`.
    cite, bibtex : tuple of str
        The keys of its papers, and the BibTeX entries that it brings.
    importable : bool
        Whether a text can name it.
    """

    name: str
    kind: Kind
    linear: bool
    form: Form
    parameters: tuple[Parameter, ...]
    per_axis: frozenset[str]
    grid: GridRule
    check: Callable[..., None]
    function: Callable[..., Array]
    doc: str
    group: str = ""
    linear_if: ValuesRule | None = None
    affine: str = ""
    switches: SwitchRule | None = None
    takes_switches: str = ""
    restores_size: bool = False
    takes_complex: bool = False
    picks: PicksRule = False
    depends_on_scale: bool | ValuesRule = False
    spreads: bool | ValuesRule = False
    before: str = ""
    example: str = ""
    domain: Domain = "numbers"
    channels: Channels = "alone"
    swaps: tuple[tuple[str, str], ...] = ()
    not_by_window: str = ""
    finish: FinishRule | None = None
    grid_of: GridOf = "any axis"
    response: ResponseRule | None = None
    fast: FastRule | None = None
    intermediates: Mapping[str, IntermediatesRule] = field(default_factory=dict)
    title: str = ""
    phrases: Mapping[str, str] = field(default_factory=dict)
    cite: tuple[str, ...] = ()
    bibtex: tuple[str, ...] = ()
    importable: bool = True

    def __post_init__(self) -> None:
        # On the instance, where `help` and `inspect` look for what belongs to a function.
        object.__setattr__(self, "__name__", self.name)
        object.__setattr__(self, "__module__", self.function.__module__)
        object.__setattr__(self, "__signature__", signature(self.parameters))

    def is_linear(self, params: Params) -> bool:
        """Tell whether the operation is linear with some values of its parameters.

        Parameters
        ----------
        params : mapping of str to value
            Values from `bind`.

        Returns
        -------
        bool
        """
        if not self.linear_if:
            return self.linear
        return all(self.linear_if(**axis_values(params, i)) for i in range(3))

    def spreads_nonfinite(self, params: Params) -> bool:
        """Tell whether a NaN reaches every output of the axes that change.

        Parameters
        ----------
        params : mapping of str to value
            Values from `bind`.

        Returns
        -------
        bool
        """
        return _told(self.spreads, params)

    def scale_matters(self, params: Params) -> bool:
        """Tell whether op(a x) is not always a op(x) for a > 0.

        Parameters
        ----------
        params : mapping of str to value
            Values from `bind`.

        Returns
        -------
        bool
        """
        return _told(self.depends_on_scale, params)


def _told(rule: bool | ValuesRule, params: Params) -> bool:
    if not callable(rule):
        return rule
    return any(rule(**axis_values(params, i)) for i in range(3))
