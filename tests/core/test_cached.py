"""What is computed once."""

from dataclasses import dataclass, field

from sampviz.core.cached import Memo, cached


@dataclass(frozen=True, eq=False)
class _Thing(Memo):
    made: list[str] = field(default_factory=list)

    @cached
    def length(self) -> int:
        """How long it was at first."""
        self.made.append("length")
        return len(self.made)


def _doubled(thing: _Thing) -> int:
    thing.made.append("doubled")
    return 2 * thing.length


def test_a_value_is_computed_once_for_each_object() -> None:
    thing, other = _Thing(), _Thing()
    assert (thing.length, thing.length, other.length) == (1, 1, 1)
    assert thing.made == ["length"]
    assert _Thing.length.__doc__ == "How long it was at first."


def test_what_a_function_makes_of_it_is_kept_with_the_object() -> None:
    thing = _Thing()
    assert thing.memo(_doubled) == thing.memo(_doubled) == 4
    assert thing.made == ["doubled", "length"]
    assert _Thing().memo(_doubled) == 4
