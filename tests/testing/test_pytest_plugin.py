"""The pytest fixture, in a test suite of a user."""

import numpy as np
import pytest

import sampviz
from sampviz.testing.pytest_plugin import file_name
from sampviz.testing.snapshots import baseline
from sampviz.testing.snapshots.snapshot import snapshot_of

pytestmark = pytest.mark.slow

pytest_plugins = ["pytester"]

SUITE = """
import numpy as np
import pytest
import sampviz

X = np.random.default_rng(0).random((16, 12))
CHAIN = "{chain}"

def test_figure(sampviz_snapshot):
    sampviz_snapshot(sampviz.compare(X, CHAIN, rows="image"))

@pytest.mark.parametrize("side", ["k=2", "k=3/odd"])
def test_array(sampviz_snapshot, side):
    array = sampviz.Chain.parse(CHAIN)(X)
    sampviz_snapshot(array)
    sampviz_snapshot(array + 0.001, "again", tolerance="0.01abs")
"""


@pytest.fixture(scope="module", autouse=True)
def _loaded(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Load what draws and stores figures: a suite in this process forgets what it loads itself."""
    figure = sampviz.compare(np.eye(8), "max", rows="image")
    baseline.write_snapshot(tmp_path_factory.mktemp("a"), snapshot_of("a", figure), figure)


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    pytester.makepyfile(test_mine=SUITE.format(chain="blur:k=5"))
    return pytester


def run(suite: pytest.Pytester, *words: str) -> pytest.RunResult:
    plugins = ("-p", "sampviz.testing.pytest_plugin", "-p", "no:cacheprovider", "-p", "no:xdist")
    return suite.runpytest_inprocess(*plugins, *words)


def test_what_was_written_is_found_again_and_a_change_fails(suite: pytest.Pytester) -> None:
    run(suite, "--sampviz-update").assert_outcomes(passed=3)
    folder = suite.path / "baselines" / "test_mine"
    names = {path.name for path in folder.iterdir()}
    assert {"test_figure.npz", "test_figure.json", "test_figure.png"} <= names
    assert {"test_array-k=2.npz", "test_array-k=2.json"}.isdisjoint(names)  # = is kept out
    assert len([name for name in names if name.endswith(".json")]) == 5
    run(suite).assert_outcomes(passed=3)
    suite.makepyfile(test_mine=SUITE.format(chain="blur:k=3"))
    failed = run(suite)
    failed.assert_outcomes(failed=3)
    failed.stdout.fnmatch_lines(
        [
            "*snapshot test_figure*",
            "*image, blur:k=3: values differ by up to*",
            "*to accept it: pytest --sampviz-update 'test_mine.py::test_figure'*",
        ]
    )


def test_without_a_baseline_a_test_fails(suite: pytest.Pytester) -> None:
    failed = run(suite, "-k", "figure")
    failed.assert_outcomes(failed=1)
    failed.stdout.fnmatch_lines(["*there is no baseline baselines/test_mine/test_figure.json*"])
    assert not (suite.path / "baselines").exists()


def test_baselines_are_not_written_in_ci(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    refused = run(suite, "--sampviz-update")
    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    refused.stderr.fnmatch_lines(["*baselines are not written where CI=true*"])
    assert not (suite.path / "baselines").exists()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("pass", "*sampviz_snapshot was not called: nothing was compared*"),
        (
            "sampviz_snapshot([1.0]); sampviz_snapshot([2.0])",
            "*two snapshots of one name: test_it*",
        ),
        ("sampviz_snapshot('text')", "*cannot be compared*"),
        ("sampviz_snapshot([1.0], tolerance='1')", "*'1' is not a tolerance*"),
        ("assert False, 'its own reason'", "*its own reason*"),
    ],
)
def test_what_is_wrong_with_a_test_is_told(suite: pytest.Pytester, body: str, told: str) -> None:
    suite.makepyfile(test_mine=f"def test_it(sampviz_snapshot):\n    {body}\n")
    failed = run(suite, "--sampviz-update")
    failed.assert_outcomes(failed=1)
    failed.stdout.fnmatch_lines([told])


def test_different_tests_have_different_files() -> None:
    tests = ["test_a[x/y]", "test_a[x_y]", "test_a[x y]", "A::test_a", "A.test_a[é]", "t" * 101]
    names = [file_name(text) for text in tests]
    assert len(set(names)) == len(tests)
    assert file_name("TestA::test_b[max-2]") == "TestA.test_b-max-2"
    for name in names:
        assert "/" not in name
        assert name.isascii()
        assert len(name) <= 100


def test_the_plug_in_loads_nothing_heavy(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # those of others may load anything
    pytester.makepyfile("def test_nothing(): pass")
    script = (
        "import sys, pytest\n"
        "code = pytest.main(['-q', '-p', 'sampviz.testing.pytest_plugin'])\n"
        "heavy = {'numpy', 'scipy', 'cv2', 'nibabel', 'matplotlib'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else code)\n"
    )
    done = pytester.runpython_c(script)
    assert done.ret == 0, done.stderr.str()
