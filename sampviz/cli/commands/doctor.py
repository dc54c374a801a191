"""`sampviz doctor`: what is installed and what is missing, for the report of a bug."""

import typer

from sampviz.cli.options import Json, print_json


def doctor(json: Json = False) -> None:
    """Print versions, extras and what is missing, for the report of a bug.

    Nothing personal is printed: the home folder is written as ~, a user's name as USER. The exit
    code is 1 if something is missing that sampviz cannot do without; extras may be.
    """
    from sampviz.core.doctor import doctor as diagnose

    diagnosis = diagnose()
    if json:
        print_json(diagnosis.json())
    else:
        typer.echo(diagnosis)
    if not diagnosis.whole:
        raise typer.Exit(1)
