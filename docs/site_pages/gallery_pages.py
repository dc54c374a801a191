"""The gallery: a page for every figure, with its command, its Python and its recipe."""

import json
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from sampviz.images.embedded_text import embedded_text
from sampviz.recipes.figure import resolved_figures
from sampviz.recipes.gallery import recipe_text, shipped
from sampviz.recipes.provenance import parse_record
from site_pages.drawing import Drawing
from site_pages.written import code, contents, heading

_ENTRIES = Path(__file__).parent / "gallery.toml"
_INTRODUCTION = """
Every figure here is drawn when the site is built, by the command on its page. The same command
gives the same bytes, the Python below it the same pixels, and the recipe is a file that
`sampviz batch` and `sampviz check` take.

"""
_NO_RECIPE = (
    "Recipes have figures of compare, detect, network, steps and inputs; this is a chart.\n\n"
)
_THUMBNAIL = (240, 180)  # px
_WIDE = ":html_theme.sidebar_secondary.remove:\n\n"  # as wide as a page of a journal


@dataclass(frozen=True)
class Entry:
    """A figure of the gallery; without `recipe` it is the one that the picture carries."""

    name: str
    title: str
    about: str
    command: str
    python: str
    recipe: str = ""

    @property
    def code(self) -> str:
        """The whole of the Python that writes the same file."""
        file = shlex.split(self.command)[-1]
        is_moving = file.endswith(".gif")
        saved = f'figure.save("{file}")' if is_moving else f'sampviz.save(figure, "{file}")'
        return f"import sampviz\n\n{self.python.strip()}\n{saved}\n"


def entries() -> list[Entry]:
    """Return those of our list, then those of the shipped recipes."""
    listed = tomllib.loads(_ENTRIES.read_text("utf-8"))["figure"]
    written = [Entry(f["name"], f["title"], f["about"], f["command"], f["python"]) for f in listed]
    return [*written, *map(_of_recipe, shipped())]


def picture_lines() -> list[str]:
    """Return the command lines of all figures."""
    return [entry.command for entry in entries()]


def gallery_pages(drawings: Mapping[str, Drawing], folder: Path) -> dict[str, str]:
    """Return the pages by their paths; small pictures for the first page go into a folder."""
    every = entries()
    index = _WIDE + heading("Gallery") + _INTRODUCTION + ".. container:: thumbnails\n\n"
    for entry in every:
        path = folder / f"{entry.name}.png"
        _write_thumbnail(drawings[entry.command].picture, path)
        index += (
            f"   .. figure:: /{folder.name}/{path.name}\n      :target: {entry.name}.html\n"
            f"      :alt: {entry.title}\n\n      :doc:`{entry.title} <{entry.name}>`\n\n"
        )
    pages = {f"{e.name}.rst": "".join(_parts(e, drawings[e.command])) for e in every}
    return {"index.rst": index + contents(entry.name for entry in every), **pages}


def _of_recipe(name: str) -> Entry:
    (figure,) = resolved_figures(name)
    title, _, about = figure["about"].partition(":")
    return Entry(
        name,
        title,
        f"{about.strip() or title}.".capitalize(),
        f"sampviz figure {name} -o {name}.png",
        f'(figure,) = sampviz.figure("{name}")',
        recipe_text(name),
    )


def _parts(entry: Entry, drawing: Drawing) -> Iterator[str]:
    yield _WIDE + heading(entry.title) + entry.about + "\n\n"
    yield f".. drawn:: {entry.command}\n   :alt: {entry.title}\n   :without-command:\n\n"
    yield heading("Command", "-") + code(entry.command, "sh")
    yield heading("Python", "-") + code(entry.code, "python")
    recipe = entry.recipe or _recipe_in(drawing.file, entry.name)
    yield heading("Recipe", "-") + (code(recipe, "toml") if recipe else _NO_RECIPE)


def _recipe_in(picture: Path, name: str) -> str:
    """Return the recipe that a picture carries, as TOML; nothing for a chart, which has none."""
    _, text = embedded_text(picture)
    if not text:
        return ""
    recipe = parse_record(text, str(picture)).recipe
    values = {"name": name, "kind": recipe.kind, **recipe.values}
    lines = (f"{key} = {_toml(value)}\n" for key, value in values.items())
    return "[[figure]]\n" + "".join(lines)


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key} = {_toml(item)}' for key, item in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)


def _write_thumbnail(picture: Path, path: Path) -> None:
    """Write the upper part of a picture, made small by averaging."""
    path.parent.mkdir(exist_ok=True)
    width, height = _THUMBNAIL
    with Image.open(picture) as image:
        part = image.convert("RGB").crop((0, 0, image.width, image.width * height // width))
        bottom = min(image.height, part.height)
        small = Image.new("RGB", _THUMBNAIL, "white")
        scaled = part.crop((0, 0, image.width, bottom))
        small.paste(
            scaled.resize((width, round(width * bottom / image.width)), Image.Resampling.BOX)
        )
        small.save(path)
