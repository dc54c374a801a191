"""`sampviz recipe`: start a recipe, see what it stands for, check it."""

from json import dumps
from pathlib import Path
from typing import Annotated

import typer

from sampviz.cli.completion import complete_figure
from sampviz.cli.help import HelpGroup, examples_of, help_of
from sampviz.cli.options import Json, Overwrite, print_json
from sampviz.core.text import counted, escape_control

recipe = typer.Typer(
    name="recipe",
    cls=HelpGroup,
    help="Start a recipe of figures, see what it means, check it.",
    epilog=examples_of("recipe"),
)
_Name = Annotated[
    str,
    typer.Argument(
        metavar="RECIPE",
        help="FILE.toml, or one of `sampviz figure --list`.",
        show_default=False,
        autocompletion=complete_figure,
    ),
]


def init(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="FILE.toml, a new file.", show_default=False)
    ],
    overwrite: Overwrite = False,
) -> None:
    """Write a recipe to start from: with comments, it draws the sample images as it is."""
    from sampviz.cli.output_files import print_path
    from sampviz.recipes.gallery import write_starter

    print_path(write_starter(file, overwrite=overwrite))


def show(name: _Name, json: Json = False) -> None:
    """List the figures that a recipe stands for, with all that they take from its defaults."""
    from sampviz.recipes.figure import resolved_figures

    figures = resolved_figures(name)
    if json:
        print_json({"figures": figures})
        return
    for values in figures:
        typer.echo(escape_control(f"{values.pop('name')}: {values.pop('about') or values['kind']}"))
        for key, value in values.items():
            text = value if isinstance(value, str) else dumps(value, ensure_ascii=False)
            typer.echo(escape_control(f"  {key} = {text}"))


def lint(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="RECIPE...",
            help="FILE.toml.",
            show_default=False,
            autocompletion=complete_figure,
        ),
    ],
) -> None:
    """Check recipes: keys, types, chains, measures, words, and whether the inputs are there."""
    from sampviz.recipes.figure import resolved_figures

    for name in names:
        count = len(resolved_figures(name))
        typer.echo(escape_control(f"{name}: {counted(count, 'figure')}"))


def schema() -> None:
    """Print the JSON schema of recipes, for editors and other programs."""
    from sampviz.recipes import json_schema

    typer.echo(dumps(json_schema.schema(), indent=2))


for _command in (init, show, lint, schema):
    recipe.command(**help_of(_command.__name__, _command))(_command)
