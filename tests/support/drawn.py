"""Pictures and networks for tests of drawing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from deepgraph import draw
from deepgraph.loading import loads
from tests.support.picture import (
    Picture,
)

if TYPE_CHECKING:
    from deepgraph.network import Network


def shown(network: Network, trace: Any = None, **options: Any) -> Picture:
    return Picture(draw.render(network, trace, **options))


def layers(*sizes: int) -> Network:
    """A dense network."""
    names = ["x", *(f"h{number}" for number in range(1, len(sizes) - 1)), "y"]
    content: list[dict[str, Any]] = [
        {"id": name, "size": size, **({"weights": f"W{number}", "bias": None} if number else {})}
        for number, (name, size) in enumerate(zip(names, sizes, strict=True))
    ]
    return loads(json.dumps({"deepgraph": 1, "layers": content}))
