"""Operations and chains of them; OPS is loaded on first use."""

from typing import Any


def __getattr__(name: str) -> Any:
    if name in ("OPS", "OURS", "NAMED_CHAINS"):
        from sampviz.ops import registry

        return getattr(registry, name)
    raise AttributeError(f"module 'sampviz.ops' has no attribute {name!r}")
