"""A data set in, a derivative out: image by image at the level of participants, then the group."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Unpack

from sampviz.analysis.arguments import ChainsLike, Reading
from sampviz.analysis.metrics import parse_metrics
from sampviz.core.dask_cluster import cluster_pool
from sampviz.core.errors import InputError, UsageError, argument, error_summary
from sampviz.core.names import comma_text
from sampviz.core.page_list import remove_older_pages
from sampviz.core.parallel import Outcome, map_outcomes
from sampviz.core.process_pool import PoolOpener
from sampviz.core.progress import Progress, with_progress
from sampviz.core.text import short_repr
from sampviz.core.written_page import WrittenPage
from sampviz.images.selection import Selection
from sampviz.ops.convert import as_chains
from sampviz.recipes.read import read_recipes
from sampviz.recipes.versions import versions
from sampviz.report.bids.dataset import DESCRIPTION, BidsFile, description_of, images_of, tables_of
from sampviz.report.bids.group_page import group_page
from sampviz.report.bids.group_tables import by_subject, write_group_tables
from sampviz.report.bids.one_image import ImageTask
from sampviz.report.bids.output_folder import OutputFolder
from sampviz.report.bids.subject_page import GROUP_PAGE, page_of, subject_pages

Made = dict[str, bytes]
OnFailure = Callable[[str, Exception], None]
CHAINS = "max,stride,blur,flc"


@dataclass(frozen=True, repr=False)
class BidsResult:
    """What became of a data set.

    Attributes
    ----------
    folder : Path
        The derivative.
    pages : tuple of Path
        The pages of subjects, or that of the group.
    made, kept : tuple of str
        Images that were measured, and that had been before.
    failures : mapping of str to Exception
        Images that were not, and why.
    """

    folder: Path
    pages: tuple[WrittenPage, ...]
    made: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    failures: dict[str, Exception] = field(default_factory=dict)

    def __repr__(self) -> str:
        counts = f"{len(self.made)} made, {len(self.kept)} kept, {len(self.failures)} failed"
        return short_repr(f"<{type(self).__name__} in {self.folder}: {counts}>")


def bids(
    root: str | Path,
    out: str | Path,
    analysis_level: Literal["participant", "group"],
    *,
    participant_label: str | Sequence[str] | None = None,
    suffix: str | Sequence[str] | None = None,
    chains: ChainsLike = CHAINS,
    levels: int = 1,
    measures: str | Sequence[str] | None = None,
    recipe: str | Path | None = None,
    figures: bool = True,
    shard: str | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    progress: Progress[Outcome[Made]] | None = None,
    on_failure: OnFailure | None = None,
    **reading: Unpack[Reading],
) -> BidsResult:
    """Measure the images of a BIDS data set, as a derivative with pages.

    As `sampviz bids`, after the convention of BIDS Apps. What is there already of the same image,
    chains, options and versions is kept, so a run that was stopped goes on where it was. An image
    that cannot be read fails alone.

    Parameters
    ----------
    root : str or Path
        The data set.
    out : str or Path
        The folder of the derivative.
    analysis_level : {"participant", "group"}
        Measure the images, a page for each subject; or compare what was measured of all subjects.
    participant_label : str or sequence of str, optional
        Of some subjects only, with or without ``sub-``; in a text separated by commas.
    suffix : str or sequence of str, optional
        Of images, such as ``"T1w,bold"``; by default all in the folders ``anat``.
    chains : str, Chain or sequence of these
        What is run on every image.
    levels : int
        Each chain is applied 1, 2 .. so many times.
    measures : str or sequence of str, optional
        Some of `sampviz measure --list`; all by default.
    recipe : str or Path, optional
        Draw the figures of this recipe of every image; the comparison of the chains by default.
    figures : bool
        Whether figures are drawn; without them it is several times as fast.
    shard : str, optional
        ``"i/n"``: only subjects i, i + n, i + 2 n .., counted from 1.
    jobs : int, optional
        Processes; all cores by default.
    scheduler : str, optional
        Work on a cluster: ``"tcp://HOST:PORT"`` of a dask scheduler, or ``"local:N"``.
    progress : callable, optional
        `progress(work, count)` yields the pieces of `work`, such as `sampviz.progress_bar`.
    on_failure : callable, optional
        Takes the path and the error of each image that fails, as it does.
    **reading
        Which picture of each file is read, as for `sampviz.load`.

    Returns
    -------
    BidsResult

    Raises
    ------
    UsageError
        For what cannot be meant, before anything is read.
    InputError
        If `root` is no data set, or has no such image.
    OutputError
        If `out` is another data set, or cannot be written.

    Examples
    --------
    >>> import sampviz
    >>> sampviz.bids("raw", "out", "participant", shard="1/20")  # doctest: +SKIP
    >>> sampviz.bids("raw", "out", "group").pages[0]  # doctest: +SKIP
    """
    source, folder = Path(root), OutputFolder(Path(out), Path(root))
    folder.check()
    part, parts = _shard(shard)
    if analysis_level == "group":
        if shard is not None or participant_label is not None:
            what = "the group is all subjects that were measured"
            raise UsageError(what, "group", "leave out shards and labels")
        return _group(source, folder)
    if analysis_level != "participant":
        raise UsageError(
            f"{analysis_level!r} is no level of analysis",
            "level",
            "write participant, then group",
        )
    chain_texts = ",".join(map(str, as_chains(chains)))
    parse_metrics(comma_text(measures))
    if recipe is not None:
        read_recipes(str(recipe))
    Selection.of(reading)
    images = images_of(source, _names(participant_label), _names(suffix))
    subjects = by_subject(images)
    own = {name: subjects[name] for name in list(subjects)[part - 1 :: parts]}
    pool = cluster_pool(scheduler) if scheduler else None
    if pool:  # whose workers are in other folders
        source = source.resolve()
        recipe = Path(recipe).resolve() if recipe and Path(recipe).is_file() else recipe
    folder.open()
    task = ImageTask(
        str(source), chain_texts, levels, comma_text(measures),
        None if recipe is None else str(recipe), figures, dict(reading), versions(),
    )  # fmt: skip
    return _Participants(folder, task, own, on_failure).run(jobs, pool, progress)


def _names(value: str | Sequence[str] | None) -> list[str] | None:
    if value is None:
        return None
    texts = [value] if isinstance(value, str) else value
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]


def _shard(text: str | None) -> tuple[int, int]:
    part, slash, parts = (text or "1/1").partition("/")
    if not (slash and part.isdecimal() and parts.isdecimal() and 1 <= int(part) <= int(parts)):
        raise UsageError(
            f"{text!r} is no part of a whole", argument("shard"), "write i/n, from 1/n to n/n"
        )
    return int(part), int(parts)


class _Participants:
    """The images of some subjects: what is not there yet is made, and then the pages."""

    def __init__(
        self,
        folder: OutputFolder,
        task: ImageTask,
        subjects: dict[str, list[BidsFile]],
        on_failure: OnFailure | None,
    ) -> None:
        self._folder, self._task, self._subjects = folder, task, subjects
        self._on_failure = on_failure
        self._failures: dict[str, Exception] = {}
        self._made: list[str] = []
        self._kept: list[str] = []

    def run(
        self, jobs: int | None, pool: PoolOpener | None, progress: Progress[Outcome[Made]] | None
    ) -> BidsResult:
        images = [image for own in self._subjects.values() for image in own]
        left = [image for image in images if not self._is_kept(image)]
        waiting: dict[str, set[str]] = {name: set() for name in self._subjects}
        for image in left:
            waiting[image.subject].add(image.path)
        pages = [self._page(name) for name, paths in waiting.items() if not paths]
        with closing(map_outcomes(self._task, left, jobs, pool if left else None)) as outcomes:
            for outcome in with_progress(outcomes, len(left), progress):
                image = left[outcome.index]
                self._keep(image, outcome)
                waiting[image.subject].discard(image.path)
                if not waiting[image.subject]:  # a subject is whole as soon as its images are
                    pages.append(self._page(image.subject))
        return BidsResult(
            self._folder.path, tuple(sorted(pages)), tuple(self._made), tuple(self._kept),
            self._failures,
        )  # fmt: skip

    def _is_kept(self, image: BidsFile) -> bool:
        try:
            is_kept = self._folder.holds(image, self._task.key(image))
        except InputError:  # it fails when it is measured
            return False
        if is_kept:
            self._kept.append(image.path)
        return is_kept

    def _keep(self, image: BidsFile, outcome: Outcome[Made]) -> None:
        if outcome.error is None:
            self._folder.keep(outcome.get())
            self._made.append(image.path)
            return
        self._folder.forget(image)
        self._failures[image.path] = outcome.error
        if self._on_failure:
            self._on_failure(image.path, outcome.error)

    def _page(self, subject: str) -> WrittenPage:
        images, first = self._subjects[subject], page_of(subject)
        errors = {image.path: self._failures.get(image.path) for image in images}
        failed = {path: error_summary(error) for path, error in errors.items() if error}
        for name, text in subject_pages(subject, images, self._folder, failed):
            self._folder.write(name, text.encode())
        remove_older_pages(self._folder.path, len(images), first)
        return WrittenPage(self._folder.path / first)


def _group(source: Path, folder: OutputFolder) -> BidsResult:
    """Write the page and the tables of all subjects that were measured."""
    name = description_of(source).get("Name") or source.name
    tables = tables_of(folder.path) if (folder.path / DESCRIPTION).exists() else []
    if not tables:
        fix = "run the level participant first"
        raise InputError("no image was measured yet", str(folder.path), fix)
    folder.open()
    groups = write_group_tables(folder, tables)
    page = group_page(str(name), groups, len(by_subject(tables)), len(tables))
    folder.write(GROUP_PAGE, "".join(page).encode())
    return BidsResult(folder.path, (WrittenPage(folder.path / GROUP_PAGE),))
