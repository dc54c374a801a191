"""What tests of the command line share."""

import pytest


@pytest.fixture
def one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw the images alone on the default page of a comparison, where its rows are not judged."""
    from sampviz.figures.grids import comparison

    monkeypatch.setattr(comparison, "PAGE_ROWS", ("image",))
