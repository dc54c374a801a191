"""`sampviz detect`: how small a lesion survives."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sampviz.cli.completion import complete_input
from sampviz.cli.console.preview import show_on_terminal
from sampviz.cli.input_options import (
    InputNames,
    Reading,
    chains_option,
    parsed_chains,
    takes_reading_options,
)
from sampviz.cli.label_detection import (
    LABELS,
    is_label_map,
    refuse_words,
    run_on_labels,
    takes_label_options,
)
from sampviz.cli.options import (
    FIGURE_FILE,
    OUTPUT,
    AllowCode,
    Jobs,
    Json,
    Overwrite,
    Preview,
    Quiet,
    figure_option,
    print_json,
    silence_warnings,
    takes_look_options,
    typer_option,
)
from sampviz.core.errors import UsageError
from sampviz.figures.detect_options import DETECT_OPTIONS

if TYPE_CHECKING:
    from sampviz.analysis.detection.detection import Detection


@takes_reading_options
@takes_look_options
@takes_label_options
def detect(
    inputs: InputNames,
    ops: Annotated[list[str], chains_option("a curve each")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help=f"The figure, {FIGURE_FILE}, or the numbers, .csv, .json or .md;"
            " NAME_detect.png by default.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    levels: Annotated[
        int,
        figure_option(
            "levels", help="Apply each chain 1, 2 .. so many times; the figure shows the last."
        ),
    ] = 1,
    diameters: Annotated[str | None, typer_option(DETECT_OPTIONS["diameters"])] = None,
    contrast: Annotated[str, typer_option(DETECT_OPTIONS["contrast"])] = "30%",
    polarity: Annotated[str, typer_option(DETECT_OPTIONS["polarity"])] = "both",
    shape: Annotated[str, typer_option(DETECT_OPTIONS["shape"])] = "disc",
    mask: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where lesions may be: not 0. By default what is above Otsu's threshold.",
        ),
    ] = None,
    noise: Annotated[float | None, typer_option(DETECT_OPTIONS["noise"])] = None,
    seed: Annotated[int, typer_option(DETECT_OPTIONS["seed"])] = 0,
    title: Annotated[str | None, figure_option("title")] = None,
    labels: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="A label map on the grid of the image, one for each: what is left of its"
            " components, and of their contrast. A label map as INPUT needs none.",
            rich_help_panel=LABELS,
            autocompletion=complete_input,
        ),
    ] = None,
    json: Json = False,
    *,
    reading: Reading,
    look: dict[str, Any],
    of_labels: dict[str, Any],
    jobs: Jobs = None,
    preview: Preview = False,
    allow_code: AllowCode = False,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Find how small a lesion survives: lesions are put in, and what chains keep is measured.

    Discs, with --volume balls, are added to the tissue at 60 places, brighter and darker. Contrast
    kept is the amplitude of the lesion that is left, over its own; d50 is the smallest diameter of
    which half is kept, with its 95 % interval; d' is that of an observer who knows the lesion, its
    place and the noise, and 5 is taken for seen. What max pooling keeps of bright lesions it takes
    from dark ones: both are shown. --json prints all numbers and draws nothing.

    With --labels, or a label map as input, no lesion is put in: of every component of the map it
    is told what is left of it, in bins of diameters, and with -o FILE.csv one by one. Several maps
    are cases.
    """
    silence_warnings(quiet)
    if json and (out or preview):
        raise UsageError("JSON is printed, and nothing is drawn", "--json", "leave -o out")
    # The words are checked before any file is read.
    chains = parsed_chains(ops, allow_code=allow_code)
    words = {"diameters": diameters, "contrast": contrast, "polarity": polarity, "shape": shape}
    from sampviz.images.load import read_once

    with read_once():  # to be told for a label map, and for the work
        if labels or is_label_map(inputs[0], reading):
            of_lesions = {**words, "mask": mask, "noise": noise, "title": title, **look}
            refuse_words(of_lesions, "with a label map no lesions are put in, and nothing is drawn")
            run_on_labels(
                inputs,
                labels,
                chains,
                out,
                overwrite=overwrite,
                json=json,
                quiet=quiet,
                levels=levels,
                seed=seed,
                allow_code=allow_code,
                **of_labels,
                **reading,
            )
            return
        refuse_words(of_labels, "there is no label map", "give one: --labels FILE")
        if len(inputs) > 1:
            fix = "give one; several label maps are cases"
            raise UsageError(f"lesions are put into one image, not {len(inputs)}", "INPUT", fix)
        source = inputs[0]

        from sampviz.analysis.detection.tables import TABLE_ENDINGS
        from sampviz.cli.console.progress import progress_bar
        from sampviz.cli.output_files import print_path
        from sampviz.core.atomic_write import check_target
        from sampviz.figures.render.save import check_ending
        from sampviz.images.input_names import stem
        from sampviz.recipes.detect import detect as run

        target = out or Path(f"{stem(source).replace('/', '-').replace(':', '-')}_detect.png")
        is_table = target.suffix.lower() in TABLE_ENDINGS
        if not is_table:
            check_ending(target)
        if not json:  # a table is replaced by the same bytes, or see `save`
            check_target(target, [source], overwrite=overwrite or is_table)
        result = run(
            source,
            chains,
            levels=levels,
            mask=mask,
            noise=noise,
            seed=seed,
            title=title,
            jobs=jobs,
            allow_code=allow_code,
            progress=progress_bar("detecting", quiet),
            **words,  # type: ignore[arg-type]
            **look,
            **reading,
        )
    if json:
        print_json(result.json())
        return
    if not quiet:
        print_detection(result.detection)
    print_path(result.save(target, overwrite=overwrite))
    if preview:
        show_on_terminal([target])


def print_detection(detection: "Detection") -> None:
    """Print the smallest diameters, and the contrast kept."""
    from sampviz.analysis.detection.tables import LIMIT_HEADINGS, about, kept_lines, limit_lines
    from sampviz.cli.console.table import print_table

    typer.echo(f"smallest lesions in {detection.unit}:")
    print_table(LIMIT_HEADINGS, limit_lines(detection))
    typer.echo(f"\ncontrast kept in %, over the diameter in {detection.unit}:")
    print_table(*kept_lines(detection))
    typer.echo()
    for line in about(detection):
        typer.echo(f"– {line}")
