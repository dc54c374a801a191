"""`sampviz recipe`: start a recipe, see what it stands for, check it."""

from json import dumps
from pathlib import Path
from typing import Annotated, Any

import typer

from sampviz.cli.options import Json, print_json
from sampviz.core.errors import OutputError
from sampviz.core.text import escape_control

recipe = typer.Typer(name="recipe", help="Start a recipe of figures, see what it means, check it.")
_Name = Annotated[
    str,
    typer.Argument(
        metavar="RECIPE", help="FILE.toml, or one of `sampviz figure --list`.", show_default=False
    ),
]


@recipe.command()
def init(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="FILE.toml, a new file.", show_default=False)
    ],
) -> None:
    """Write a recipe to start from: with comments, it draws the sample images as it is."""
    from sampviz.cli.output_files import print_path
    from sampviz.core.atomic_write import atomic_write
    from sampviz.recipes.gallery import starter

    if file.suffix != ".toml":
        raise OutputError("a recipe ends in .toml", str(file), f"write {file.stem or 'new'}.toml")
    with atomic_write(file, overwrite=False) as temporary:
        temporary.write_text(starter(), encoding="utf-8")
    print_path(file)


@recipe.command()
def show(name: _Name, json: Json = False) -> None:
    """List the figures that a recipe stands for, with all that they take from its defaults."""
    from sampviz.recipes.draw import check_recipe
    from sampviz.recipes.read import read_recipes

    figures: list[dict[str, Any]] = []
    for each in read_recipes(name):
        chains = [str(chain) for chain in check_recipe(each)]
        values = {**each.values, **({"ops": chains} if chains else {})}
        figures.append({"name": each.name, "kind": each.kind, "about": each.about, **values})
    if json:
        print_json({"figures": figures})
        return
    for values in figures:
        typer.echo(escape_control(f"{values.pop('name')}: {values.pop('about') or values['kind']}"))
        for key, value in values.items():
            told = value if isinstance(value, str) else dumps(value, ensure_ascii=False)
            typer.echo(escape_control(f"  {key} = {told}"))


@recipe.command()
def lint(
    names: Annotated[
        list[str], typer.Argument(metavar="RECIPE...", help="FILE.toml.", show_default=False)
    ],
) -> None:
    """Check recipes: keys, types, chains, measures, words, and whether the inputs are there."""
    from sampviz.recipes.draw import check_recipe
    from sampviz.recipes.read import read_recipes

    for name in names:
        figures = read_recipes(name)
        for each in figures:
            check_recipe(each)
        typer.echo(escape_control(f"{name}: {len(figures)} figure{'s' * (len(figures) != 1)}"))


@recipe.command()
def schema() -> None:
    """Print the JSON schema of recipes, for editors and other programs."""
    from sampviz.recipes.json_schema import schema as made

    typer.echo(dumps(made(), indent=2))
