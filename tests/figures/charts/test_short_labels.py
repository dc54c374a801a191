"""Labels that have to be short keep whole words."""

from sampviz.figures.charts.short_labels import shortened
from sampviz.figures.style import TextSize
from tests.every import every

SIZE = TextSize(7, 300)
LONG = "Transposed convolution, kernel 3, stride 2"
TEXT = "Max pooling + Max unpooling"


@every(
    "text, spelling, room, label",
    [
        (TEXT, "max+unpool", TEXT, TEXT),
        (TEXT, "max+unpool", "Max pooling… unpool", "max+unpool"),
        (TEXT, "", "Max pooling… unpool", "Max … unpooling"),
        (TEXT, TEXT * 2, "Max pooling… Max unpooling", "Max … Max unpooling"),
        (LONG, "", "Transposed conv, stride 2", "Transposed … stride 2"),
        ("Unpooling", "unpool:f=22", "Unpooli", None),
    ],
)  # fmt: skip
def test_words_stay_whole(text: str, spelling: str, room: str, label: str | None) -> None:
    width = SIZE.width(room)
    result = shortened(text, SIZE, width, spelling)
    assert SIZE.width(result) <= width
    if label is None:  # one word has ends only
        start, end = result.split("…")
        assert text.startswith(start)
        assert text.endswith(end)
    else:
        assert result == label
