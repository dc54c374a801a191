"""The recipes that come with the program, and the text of a recipe by its name."""

from importlib import resources
from pathlib import Path

from sampviz.core.atomic_write import atomic_write
from sampviz.core.errors import InputError, OutputError, UsageError, did_you_mean
from sampviz.core.standard_input import STDIN, input_name, input_path

# The numbers that the figures have in the article they come from.
ALIASES = {
    "fig1": "contrasts",
    "fig2": "pitfalls",
    "fig3": "blurpool",
    "fig4": "flc",
    "fig5": "alternatives",
}
# In which they are read: the article's figures, its methods among them, then what is drawn upwards.
_ORDER = (
    *("contrasts", "pitfalls", "blurpool", "flc", "asap", "dpp", "alternatives"),
    *("checkerboard", "upsampling"),
)
_LARGEST = 1_000_000  # bytes of a recipe


def shipped() -> list[str]:
    """Return the names of the recipes that come with the program, in the order of the article."""
    folder = resources.files("sampviz.recipes") / "gallery"
    names = (file.name for file in folder.iterdir())
    stems = {name.removesuffix(".toml") for name in names if name.endswith(".toml")}
    return sorted(stems, key=_ORDER.index)


def starter() -> str:
    """Return a recipe to start from, with comments."""
    return (resources.files("sampviz.recipes") / "starter.toml").read_text("utf-8")


def write_starter(path: Path, *, overwrite: bool = False) -> Path:
    """Write a recipe to start from; return its path.

    Parameters
    ----------
    path : Path
        FILE.toml.
    overwrite : bool
        Whether a file that is there is replaced.

    Returns
    -------
    Path

    Raises
    ------
    OutputError
        If the name ends otherwise, or the file is there and is not to be replaced.
    """
    if path.suffix != ".toml":
        raise OutputError("a recipe ends in .toml", str(path), f"write {path.stem or 'new'}.toml")
    with atomic_write(path, overwrite=overwrite) as temporary:
        temporary.write_text(starter(), encoding="utf-8")
    return path


def recipe_text(name: str) -> str:
    """Return the text of a shipped recipe, or of the file of that path.

    UsageError for a name that is none; InputError for a file that cannot be read.
    """
    if name in shipped():
        return (resources.files("sampviz.recipes") / "gallery" / f"{name}.toml").read_text("utf-8")
    path = input_path(name)
    if path.suffix != ".toml" and name != STDIN:
        fix = did_you_mean(name, shipped(), "`sampviz figure --list` lists them all")
        raise UsageError(f"no figure is named {name[:40]!r}", "sampviz figure", fix)
    from sampviz.core.open_file import open_file

    with open_file(path, input_name(name)) as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise InputError("this is too large for a recipe", name, f"at most {_LARGEST} bytes")
    try:
        return data.decode("utf-8-sig")  # some editors begin a text with a byte-order mark
    except UnicodeDecodeError:
        raise InputError("the recipe is not UTF-8 text", name, "save it as UTF-8") from None


def recipes_named(name: str) -> list[str]:
    """Return the recipes that a name means: fig1 one of another name, gallery all."""
    return shipped() if name == "gallery" else [ALIASES.get(name, name)]
