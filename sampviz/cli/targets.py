"""Where figures go: the file or the folder of `-o`, or a name made of the input's."""

from pathlib import Path

from sampviz.errors import OutputError


def targets_of(groups: list[list[str]], out: Path | None, kind: str) -> list[Path]:
    """Return where the figure of every group of inputs goes; no two go to one place.

    `out` is a file, or a folder for files NAME_KIND.png; None is the folder where we are.
    """
    from sampviz.figure.save import check_ending
    from sampviz.io import stem

    if out and len(groups) == 1 and not out.is_dir():
        check_ending(out)
        return [out]
    folder = out or Path()
    if out and out.suffix and not out.is_dir():
        raise OutputError(
            f"{len(groups)} figures do not fit into one file",
            str(out),
            "name a folder with -o, or make it first if it has a dot",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise OutputError(
            f"the folder cannot be made: {err.strerror}", str(folder), "choose another with -o"
        ) from None
    names: list[str] = []
    for sources in groups:
        first = name = "-".join(map(stem, sources))
        number = 2
        while name in names:
            name, number = f"{first}-{number}", number + 1
        names.append(name)
    return [folder / f"{name}_{kind}.png" for name in names]
