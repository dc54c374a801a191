"""The tasks of a contributor: `nox -l` lists them, `nox -s tests-fast` runs one.

Each makes its own environment. In an environment of yours, the command of a task can as well be run
by hand: it stands in its `session.run`.
"""

import nox

nox.options.sessions = ["style", "types", "tests-fast"]
nox.options.reuse_existing_virtualenvs = True


@nox.session(name="tests-fast")
def tests_fast(session: nox.Session) -> None:
    """What to run on every change: under a minute on two cores; one oracle each, no browser."""
    session.install("-e", ".[test]")
    session.run("pytest", "-q", "-n", "2", "-m", "not slow", *session.posargs)


@nox.session
def floors(session: nox.Session) -> None:
    """The fast tests with the lowest versions that pyproject.toml declares."""
    session.install("uv")
    session.run(
        *("uv", "pip", "install", "-q", "--python", f"{session.virtualenv.location}/bin/python"),
        *("--resolution", "lowest-direct", "-e", ".[test]"),
    )
    session.run("pytest", "-q", "-n", "2", "-m", "not slow", *session.posargs)


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
def pythons(session: nox.Session) -> None:
    """The fast tests with every Python that is supported and installed here."""
    session.install("-e", ".[test]")
    session.run("pytest", "-q", "-n", "2", "-m", "not slow", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """All tests; those that want a browser or a cluster skip themselves where there is none."""
    session.install("-e", ".[test,cluster]")
    session.run("pytest", "-q", "-n", "2", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """The pages in a real Chromium, which must be installed with its driver."""
    session.install("-e", ".[test]")
    session.run(
        "pytest", "-q", "tests/report", *session.posargs, env={"SAMPVIZ_BROWSER": "required"}
    )


@nox.session
def faults(session: nox.Session) -> None:
    """Every command while calls of the system fail, one after the other; needs gcc, on Linux."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "tests.faults", *session.posargs)


@nox.session
def style(session: nox.Session) -> None:
    """Style, format and spelling."""
    session.install("-e", ".[dev]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("codespell")


@nox.session
def types(session: nox.Session) -> None:
    """Types of the package, its tests and its benchmarks."""
    session.install("-e", ".[dev,cluster]")
    session.run("mypy")


@nox.session
def docs(session: nox.Session) -> None:
    """The README, the manual and the docstrings: their commands and examples run."""
    session.install("-e", ".[test]")
    session.run(
        "pytest", "-q", "-n", "2", "tests/test_readme.py", "tests/test_docs.py", *session.posargs
    )


@nox.session
def site(session: nox.Session) -> None:
    """The site from docs/, into docs/_build/html, and its links; a warning is an error."""
    session.install("-e", ".[docs,test]")
    session.run(
        *("python", "-m", "sphinx", "-W", "--keep-going", "-b", "html"),
        *("docs", "docs/_build/html", *session.posargs),
    )
    session.run("pytest", "-q", "tests/test_site.py", env={"SAMPVIZ_SITE": "required"})


@nox.session
def stress(session: nox.Session) -> None:
    """50 processes at once in one folder: what they must not do to each other."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "tests.stress", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """An hour of damaged inputs, by what reaches new code; `-- --minutes 5 png` for less."""
    session.install("-e", ".[fuzz]")
    session.run("python", "-m", "tests.fuzz.guided", *session.posargs)


@nox.session
def mutants(session: nox.Session) -> None:
    """An hour of changes to the package that tests are to notice; `-- --minutes 5 dsp` for less."""
    session.install("-e", ".[mutants]")
    session.run("python", "-m", "tests.mutants", *session.posargs)


@nox.session(name="bench-quick")
def bench_quick(session: nox.Session) -> None:
    """A minute of benchmarks beside torch, OpenCV, SciPy and scikit-image."""
    session.install("-e", ".[bench]")
    session.run("python", "-m", "benchmarks", "--quick", *session.posargs)
