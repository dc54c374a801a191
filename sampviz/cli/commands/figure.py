"""`sampviz figure`: the figures people know, and those of your own recipes."""

from pathlib import Path
from typing import Annotated, Any, cast

import typer

from sampviz.cli.completion import complete_figure, complete_input
from sampviz.cli.console.preview import show_on_terminal
from sampviz.cli.input_options import only_one_stdin
from sampviz.cli.options import (
    FIGURE_FILE,
    OUTPUT,
    Captions,
    Overwrite,
    Preview,
    Quiet,
    silence_warnings,
    takes_look_options,
)
from sampviz.core.errors import UsageError
from sampviz.figures.journals import LIST, journal_table
from sampviz.figures.options import LookValues


@takes_look_options
def figure(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="A figure of --list, fig1 .. fig5, gallery for all, or your recipe: FILE.toml.",
            autocompletion=complete_figure,
            show_default=False,
        ),
    ] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[INPUT]...",
            help="Your images in place of the recipe's.",
            callback=only_one_stdin,
            show_default=False,
            autocompletion=complete_input,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help=f"{FIGURE_FILE}; a folder for several figures; NAME.png by default.",
            rich_help_panel=OUTPUT,
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
    *,
    look: dict[str, Any],
    caption: Captions = None,
    preview: Preview = False,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Draw a figure from its recipe, of the shipped images or of yours.

    A recipe is a TOML file: print one, save it, change it, and draw it by its file name.
    """
    silence_warnings(quiet)
    if list_:
        _print_list()
        return
    if look["journal"] == LIST:
        from sampviz.cli.console.table import print_table

        print_table(*journal_table())
        return
    if name is None:
        raise UsageError("missing NAME", "sampviz figure", "`sampviz figure --list` lists them all")
    if show_recipe:
        from sampviz.recipes.gallery import recipe_text, recipes_named

        for recipe in recipes_named(name):
            typer.echo(recipe_text(recipe), nl=False)
        return
    options = _options([*(settings or []), *([f"kernel={kernel}"] if kernel else [])])

    from sampviz.cli.console.progress import tracked
    from sampviz.cli.output_files import print_path
    from sampviz.recipes.figure import save_figures

    paths = []
    for path in save_figures(
        name,
        inputs or (),
        out,
        options=options,
        look=cast("LookValues", look),
        caption=caption,
        overwrite=overwrite,
        progress=lambda recipes, count: tracked(recipes, count, "drawing", quiet),
    ):
        print_path(path)
        paths.append(path)
    if preview:
        show_on_terminal(paths)


def _print_list() -> None:
    from sampviz.recipes.read import shipped_figures

    for name, description in shipped_figures().items():
        typer.echo(f"{name:<14}{description}")
    typer.echo(f"{'gallery':<14}All of them, with a contact sheet")


def _options(settings: list[str]) -> dict[str, str]:
    """Read NAME=VALUE of each setting."""
    options = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise UsageError(f"{setting!r} is no setting", "--set", "write NAME=VALUE")
        options[name] = value
    return options
