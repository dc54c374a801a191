"""Names of operations, parameters, measures, rows and samples, read from the sources.

A shell that completes a word waits: to import the operations and numpy with them takes ten times as
long as to parse the modules that define them. Nothing is listed twice.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent.parent
_PLACE_OF_WORDS = 4  # among the arguments of a `Param`
_Words = tuple[str, ...]


def operations() -> dict[str, dict[str, _Words]]:
    """Return the parameters of every operation of ours, and of each the words that it may be."""
    files = "ops/parameter_types.py", "ops/parameter.py", "dsp/filter_taps.py"
    shared = {name: value for file in files for name, value in _values(file).items()}
    found: dict[str, dict[str, _Words]] = {}
    for path in sorted((_PACKAGE / "ops/families").glob("[a-z]*.py")):
        tree = _tree(path)
        values = shared | _assigned(tree)
        for function, name in _decorated(tree, "op"):
            parameters = {}
            for argument in function.args.kwonlyargs:
                parameters[argument.arg] = _words(argument.annotation, values)
            found[name] = parameters
    return found


def named_chains() -> _Words:
    """Return the names of the compounds that are texts, not operations."""
    return _texts(_values("ops/registry.py")["NAMED_CHAINS"], {})


def measures() -> _Words:
    """Return the names of all measures."""
    paths = sorted((_PACKAGE / "analysis/metrics").glob("[a-z]*.py"))
    ours = (name for path in paths for _, name in _decorated(_tree(path), "metric"))
    return (*ours, *offered("measures"))


def offered(group: str) -> _Words:
    """Return the names that installed packages offer under `sampviz.group`; none is imported."""
    from importlib.metadata import entry_points

    return tuple(entry.name for entry in entry_points(group=f"sampviz.{group}"))


def rows() -> _Words:
    """Return the rows of a comparison."""
    return _texts(_values("figures/panels/row_names.py")["ROWS"], {})


def samples() -> _Words:
    """Return the names of the images that come with the package or are computed."""
    files = _texts(_values("images/samples.py")["SAMPLE_FILES"], {})
    computed = _values("images/synthetic.py")
    tables = (node for of in ("SYNTHETIC", "VOLUMES") for node in ast.walk(computed[of]))
    functions = [node for node in tables if isinstance(node, ast.Tuple)]
    names = tuple(name.id for of in functions for name in of.elts if isinstance(name, ast.Name))
    return (*files, *names)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _values(path: str) -> dict[str, ast.expr]:
    return _assigned(_tree(_PACKAGE / path))


def _assigned(tree: ast.Module) -> dict[str, ast.expr]:
    """Return what stands behind the names that a module assigns."""
    values: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            values[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            values[node.target.id] = node.value
    return values


def _decorated(tree: ast.Module, decorator: str) -> Iterator[tuple[ast.FunctionDef, str]]:
    """Yield the functions under `@decorator("name", ..)`, and that name."""
    for node in tree.body:
        for call in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
            if (
                isinstance(node, ast.FunctionDef)
                and isinstance(call, ast.Call)
                and isinstance(call.func, ast.Name)
                and call.func.id == decorator
                and isinstance(call.args[0], ast.Constant)
            ):
                yield node, str(call.args[0].value)


def _words(annotation: ast.expr | None, values: Mapping[str, ast.expr]) -> _Words:
    """Return the words of a parameter: those of its `Param`, true and false of a bool."""
    if isinstance(annotation, ast.Name) and annotation.id in values:
        return _words(values[annotation.id], values)
    if not (isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple)):
        return ()
    kind, param = annotation.slice.elts
    if isinstance(kind, ast.Name) and kind.id == "bool":
        return "true", "false"
    if isinstance(param, ast.Name) and param.id in values:
        param = values[param.id]
    if not isinstance(param, ast.Call):
        return ()
    named = [keyword.value for keyword in param.keywords if keyword.arg == "words"]
    given = [*param.args[_PLACE_OF_WORDS:], *named]
    return _texts(given[0], values) if given else ()


def _texts(node: ast.expr, values: Mapping[str, ast.expr]) -> _Words:
    """Return the texts of a constant, a tuple or the keys of a dict, be it by its name."""
    if isinstance(node, ast.Name):
        return _texts(values[node.id], values) if node.id in values else ()
    if isinstance(node, ast.Call):  # tuple(..)
        return _texts(node.args[0], values)
    if isinstance(node, ast.Constant):
        return (str(node.value),)
    items = node.elts if isinstance(node, ast.Tuple) else _dict_keys(node)
    return tuple(text for item in items for text in _texts(item, values))


def _dict_keys(node: ast.expr) -> list[ast.expr]:
    return [key for key in node.keys if key] if isinstance(node, ast.Dict) else []
