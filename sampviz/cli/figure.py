"""`sampviz figure`: the figures people know, and those of your own recipes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sampviz.cli.options import Captions, Overwrite, Quiet, hush
from sampviz.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sampviz.recipe import Recipe

# The numbers that the figures have in the article they come from.
ALIASES = {
    "fig1": "contrasts",
    "fig2": "pitfalls",
    "fig3": "blurpool",
    "fig4": "flc",
    "fig5": "alternatives",
}


def figure(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="A figure of --list, fig1 .. fig5, gallery for all, or your recipe: FILE.toml.",
            show_default=False,
        ),
    ] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[INPUT]...", help="Your images in place of the recipe's.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="FILE.png, .pdf or .svg; a folder for several figures; NAME.png by default.",
        ),
    ] = None,
    list_: Annotated[
        bool, typer.Option("--list", help="List the figures.", show_default=False)
    ] = False,
    show_recipe: Annotated[
        bool, typer.Option("--show-recipe", help="Print the recipe, to copy and change.")
    ] = False,
    kernel: Annotated[
        str | None, typer.Option(help="The same as --set kernel=..", show_default=False)
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Another value for an option of the recipe."
        ),
    ] = None,
    caption: Captions = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Draw a figure from its recipe, of the shipped images or of yours.

    A recipe is a TOML file: print one, save it, change it, and draw it by its file name.
    """
    hush(quiet)
    from sampviz.recipe import parse_recipe, recipe_text, shipped

    if list_:
        for each in shipped():
            (recipe,) = parse_recipe(recipe_text(each), each)
            typer.echo(f"{each:<14}{recipe.about}")
        typer.echo(f"{'gallery':<14}All of them, with a contact sheet")
        return
    if name is None:
        raise UsageError("missing NAME", "sampviz figure", "`sampviz figure --list` lists them all")
    names = recipes_named(name)
    if show_recipe:
        for each in names:
            typer.echo(recipe_text(each), nl=False)
        return
    options = _options([*(settings or []), *([f"kernel={kernel}"] if kernel else [])])
    recipes = [r for each in names for r in parse_recipe(recipe_text(each), each, options)]
    sheet = name == "gallery"
    _draw(recipes, inputs or [], out, quiet, overwrite=overwrite, caption=caption, sheet=sheet)


def recipes_named(name: str) -> list[str]:
    """Return the recipes that a name means: fig1 one of another name, gallery all."""
    from sampviz.recipe import shipped

    return shipped() if name == "gallery" else [ALIASES.get(name, name)]


def _options(settings: list[str]) -> dict[str, str]:
    found = {}
    for text in settings:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"{text!r} is no setting", "--set", "write NAME=VALUE")
        found[name] = value
    return found


def _draw(
    recipes: "Sequence[Recipe]",
    inputs: list[str],
    out: Path | None,
    quiet: bool,
    *,
    overwrite: bool,
    caption: str | None,
    sheet: bool,
) -> None:
    """Draw and save the figures, and if `sheet` a contact sheet of them; print the paths."""
    from sampviz.cli.outputs import deliver, make_folder
    from sampviz.cli.progress import tracked
    from sampviz.figure.contact import contact_sheet
    from sampviz.figure.markup import check_captions, parse_formats
    from sampviz.figure.save import check_ending
    from sampviz.figures import draw
    from sampviz.io.write import check_target

    captions = parse_formats(caption)
    folder = out or Path()
    targets = [folder / f"{recipe.name}.png" for recipe in recipes]
    if len(recipes) == 1 and out and not out.is_dir():
        check_ending(out)
        targets = [out]
    else:
        make_folder(folder)
    for recipe, target in zip(recipes, targets, strict=True):
        check_target(target, inputs or recipe.inputs, overwrite=overwrite)
        check_captions(captions, [target], inputs or recipe.inputs)
    drawn = {}
    pairs = zip(recipes, targets, strict=True)
    for recipe, target in tracked(pairs, len(recipes), "drawing", quiet):
        figure = draw(recipe, inputs)
        deliver(figure, target, overwrite=overwrite, captions=captions)
        if sheet:
            drawn[recipe.name] = figure
    if sheet:
        whole = contact_sheet(drawn, "sampviz figure gallery")
        deliver(whole, folder / "gallery.png", overwrite=overwrite)
