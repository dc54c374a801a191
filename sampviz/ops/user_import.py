"""Import what a step names in code of the user: `package.module:name`."""

import sys
from contextlib import suppress
from importlib import import_module, invalidate_caches
from importlib.machinery import PathFinder
from typing import Any

from sampviz.core.errors import ChainError, did_you_mean
from sampviz.core.installation import install_command
from sampviz.core.plugins import MEND, describe_error


def is_module(name: str) -> bool:
    """Whether there is a module of that name, in the current folder or installed; none is imported.

    Parameters
    ----------
    name : str
        A name without dots.

    Returns
    -------
    bool
    """
    if name in sys.modules or name in sys.builtin_module_names:
        return True
    invalidate_caches()
    spec = PathFinder.find_spec(name, ["", *sys.path])
    return spec is not None and spec.origin is not None  # no folder that only has that name


def imported(module: str, attribute: str) -> Any:
    """Import a module and return what an attribute of it is.

    Parameters
    ----------
    module : str
        Its name; the current folder is looked into first, as `python -m` does.
    attribute : str
        The name of something in it, or the path to it: `net.layer`.

    Returns
    -------
    object

    Raises
    ------
    ChainError
        If it cannot be imported, or has no such attribute.
    """
    # One more "" for each thread that is here, and one less afterwards.
    sys.path.insert(0, "")
    try:
        module_object = import_module(module)
    except (Exception, SystemExit) as err:
        missing = err.name or "" if isinstance(err, ModuleNotFoundError) else ""
        if missing.partition(".")[0] == "torch":
            what, fix = f"{module} needs torch", install_command("torch")
        elif missing and f"{module}.".startswith(f"{missing}."):
            what = f"there is no module {missing!r}"
            fix = "work in the folder that holds it, or install it"
        else:
            what, fix = f"{module} cannot be imported: {describe_error(err)}", MEND
        raise ChainError(what, fix=fix) from err
    finally:
        with suppress(ValueError):  # the code may have taken it away
            sys.path.remove("")
    value, holder = module_object, module
    for name in attribute.split("."):
        value, holder = _attribute(value, name, holder), f"{holder}.{name}"
    return value


def _attribute(value: Any, name: str, holder: str) -> Any:
    try:
        return getattr(value, name)
    except (Exception, SystemExit) as err:  # whatever a property may raise
        if not isinstance(err, AttributeError):
            raise ChainError(f"{holder}.{name} raised {describe_error(err)}", fix=MEND) from err
        names = [known for known in dir(value) if not known.startswith("_")]
        fix = did_you_mean(name, names, f"write a name that the {type(value).__name__} defines")
        raise ChainError(f"{holder} has no {name!r}", fix=fix) from err
