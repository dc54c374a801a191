"""`sampviz figure`: the figures people know, and those of your own recipes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sampviz.cli.options import Captions, Overwrite, Quiet, silence_warnings
from sampviz.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sampviz.recipes.recipe import Recipe


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
    silence_warnings(quiet)
    from sampviz.recipes.gallery import recipe_text, recipes_named, shipped
    from sampviz.recipes.read import parse_document, read_recipes

    if list_:
        for each in shipped():
            (draft,) = parse_document(recipe_text(each), each)
            typer.echo(f"{each:<14}{draft.about}")
        typer.echo(f"{'gallery':<14}All of them, with a contact sheet")
        return
    if name is None:
        raise UsageError("missing NAME", "sampviz figure", "`sampviz figure --list` lists them all")
    if show_recipe:
        for each in recipes_named(name):
            typer.echo(recipe_text(each), nl=False)
        return
    options = _options([*(settings or []), *([f"kernel={kernel}"] if kernel else [])])
    from sampviz.images.discovery import check_inputs

    check_inputs(inputs or [])
    recipes = read_recipes(name, options, inputs or [])
    sheet = name == "gallery"
    _draw(recipes, out, quiet, overwrite=overwrite, caption=caption, sheet=sheet)


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
    out: Path | None,
    quiet: bool,
    *,
    overwrite: bool,
    caption: str | None,
    sheet: bool,
) -> None:
    """Draw and save the figures, and if `sheet` a contact sheet of them; print the paths."""
    from sampviz.cli.console.progress import tracked
    from sampviz.cli.output_files import deliver, make_folder
    from sampviz.core.atomic_write import check_target
    from sampviz.figures.captions.caption_formats import check_captions, parse_formats
    from sampviz.figures.grids.contact_sheet import contact_sheet
    from sampviz.figures.render.save import check_ending
    from sampviz.recipes.draw import draw_recipe

    captions = parse_formats(caption)
    folder = out or Path()
    targets = [[folder / file for file in recipe.files] for recipe in recipes]
    if len(recipes) == 1 and out and not out.is_dir():
        check_ending(out)
        targets = [[out]]
    else:
        make_folder(folder)
    for recipe, files in zip(recipes, targets, strict=True):
        for target in files:
            check_target(target, recipe.inputs, overwrite=overwrite)
        check_captions(captions, files[:1], recipe.inputs)
    drawn = {}
    pairs = zip(recipes, targets, strict=True)
    for recipe, files in tracked(pairs, len(recipes), "drawing", quiet):
        figure = draw_recipe(recipe)
        for target in files:
            wanted = captions if target == files[0] else ()
            deliver(figure, target, overwrite=overwrite, captions=wanted)
        if sheet:
            drawn[recipe.name] = figure
    if sheet:
        whole = contact_sheet(drawn, "sampviz figure gallery")
        deliver(whole, folder / "gallery.png", overwrite=overwrite)
