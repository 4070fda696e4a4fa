"""Windows over the spatial axes of a tensor: convolution and pooling."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deepgraph.errors import FormatError
from deepgraph.formats.readers.banks import Nodes, Pending, spelled
from deepgraph.formats.readers.names import layer_of
from deepgraph.formats.readers.terms import Labels, Sparse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from deepgraph.formats.readers.assembly import Assembly
    from deepgraph.formats.readers.banks import Tensor


@dataclass(frozen=True)
class Windows:
    """How windows lie over the spatial axes; every list has an entry for each axis.

    Attributes:
        size: of the window.
        stride: from one window to the next.
        dilation: from one entry of a window to the next.
        before, after: how many entries are added around the tensor.
        last_may_reach_out: true if a last window may lie partly behind the tensor (`ceil_mode`).
    """

    size: Sequence[int]
    stride: Sequence[int]
    dilation: Sequence[int]
    before: Sequence[int]
    after: Sequence[int]
    last_may_reach_out: bool = False

    def counts(self, shape: Sequence[int]) -> list[int]:
        """How many windows there are along each axis."""
        found = []
        for axis, size in enumerate(shape):
            reach = self.dilation[axis] * (self.size[axis] - 1) + 1
            room = size + self.before[axis] + self.after[axis] - reach
            steps = room / self.stride[axis]
            count = (math.ceil(steps) if self.last_may_reach_out else math.floor(steps)) + 1
            if (
                self.last_may_reach_out
                and (count - 1) * self.stride[axis] >= size + self.before[axis]
            ):
                count -= 1  # a window that begins behind the tensor is none
            found.append(count)
        if min(found, default=1) < 1:
            raise FormatError(
                f"a window of {spelled(self.size)} does not fit into {spelled(shape)}"
            )
        return found

    def places(self, shape: Sequence[int]) -> NDArray[np.int64]:
        """(windows, entries) places in the flattened axes; −1 outside of the tensor."""
        axes = len(shape)
        flat: Any = np.zeros((1,) * (2 * axes), np.int64)
        outside: Any = np.zeros((1,) * (2 * axes), bool)
        for axis, (size, count) in enumerate(zip(shape, self.counts(shape), strict=True)):
            starts = np.arange(count) * self.stride[axis] - self.before[axis]
            at = starts[:, None] + np.arange(self.size[axis]) * self.dilation[axis]
            form = [1] * (2 * axes)
            form[axis], form[axes + axis] = at.shape
            flat = flat * size + at.reshape(form)
            outside = outside | ((at < 0) | (at >= size)).reshape(form)
        found = np.where(outside, -1, flat)
        return found.reshape(math.prod(self.counts(shape)), math.prod(self.size))

    def covered(self, shape: Sequence[int]) -> NDArray[np.float64]:
        """(windows,) how many entries of each lie in the tensor or in what is added around it."""
        found: Any = np.ones(1)
        for axis, (size, count) in enumerate(zip(shape, self.counts(shape), strict=True)):
            starts = np.arange(count) * self.stride[axis] - self.before[axis]
            at = starts[:, None] + np.arange(self.size[axis]) * self.dilation[axis]
            inside = np.sum(at < size + self.after[axis], axis=1)
            found = np.multiply.outer(found, inside).reshape(-1)
        return np.asarray(found, np.float64)

    @classmethod
    def same(
        cls, shape: Sequence[int], size: Sequence[int], stride: Sequence[int],
        dilation: Sequence[int], *, more_before: bool = False,
    ) -> Windows:  # fmt: skip
        """Windows padded so that there is one for each stride, as TensorFlow's `SAME`."""
        before, after = [], []
        for axis, length in enumerate(shape):
            reach = dilation[axis] * (size[axis] - 1) + 1
            count = -(-length // stride[axis])
            total = max(0, (count - 1) * stride[axis] + reach - length)
            small, large = total // 2, total - total // 2
            before.append(large if more_before else small)
            after.append(small if more_before else large)
        return cls(size, stride, dilation, before, after)


def convolution(
    assembly: Assembly,
    tensor: Tensor,
    kernel: NDArray[Any],
    windows: Windows,
    *,
    groups: int = 1,
    name: str | None = None,
    at: str = "",
) -> Pending:
    """A convolution, unrolled: its edges share the labels of the kernel.

    Args:
        assembly: where its nodes go.
        tensor: (1, channels, …).
        kernel: (outputs, channels of a group, …).
        windows: how the kernel moves.
        groups: into which the channels are cut.
        name: of the kernel in the file.
        at: the layer or node of the file, for messages.
    """
    batch, channels, *space = tensor.shape
    outputs, per_group, *size = kernel.shape
    fits = per_group * groups == channels and outputs % groups == 0 and len(size) == len(space)
    if batch != 1 or not fits:
        raise FormatError(
            f"{at}: a kernel of shape {spelled(kernel.shape)} meets a tensor of shape "
            f"{spelled(tensor.shape)}"
        )
    counts = windows.counts(space)
    positions, entries = math.prod(counts), math.prod(size)
    assembly.check_edges(outputs * positions * per_group * entries)
    places = windows.places(space)
    numbers = assembly.commit(tensor).numbers.reshape(channels, -1)
    output = np.arange(outputs)
    channel = (output // (outputs // groups) * per_group)[:, None] + np.arange(per_group)
    # (outputs, positions, channels of a group, entries of the kernel)
    sources = numbers[channel[:, None, :, None], places[None, :, None, :]]
    labels = np.arange(kernel.size).reshape(outputs, 1, per_group, entries)
    rows = np.arange(outputs * positions).reshape(outputs, positions, 1, 1)
    inside = np.broadcast_to(places[None, :, None, :] >= 0, sources.shape)
    weights = kernel.reshape(outputs, 1, per_group, entries)
    term = Sparse(
        np.broadcast_to(rows, sources.shape)[inside],
        sources[inside],
        np.broadcast_to(weights, sources.shape)[inside],
        np.broadcast_to(labels, sources.shape)[inside],
        Labels(name or "K", kernel.shape),
    )
    return Pending((1, outputs, *counts), (term,), name=layer_of(name))


def pooling(
    assembly: Assembly,
    tensor: Tensor,
    windows: Windows,
    aggregation: str,
    *,
    whole: bool = False,
    name: str | None = None,
) -> Tensor:
    """The largest or the mean entry of each window, channel by channel.

    Args:
        assembly: where its nodes go.
        tensor: (1, channels, …).
        windows: over the axes behind the channels.
        aggregation: `max` or `mean`.
        whole: true if a mean counts entries around the tensor, as zeros.
        name: of its nodes.
    """
    batch, channels, *space = tensor.shape
    if batch != 1:
        raise FormatError(f"a pooling of {batch} rows at once")
    shape = (1, channels, *windows.counts(space))
    assembly.check_edges(math.prod(shape) * math.prod(windows.size))
    places = windows.places(space)
    numbers = assembly.commit(tensor).numbers.reshape(channels, -1)
    members = np.where(places >= 0, numbers[:, places], -1).reshape(-1, places.shape[1])
    if aggregation == "mean" and whole and np.any(members < 0):
        rows, at = np.nonzero(members >= 0)
        counts = np.tile(windows.covered(space), channels)
        return Pending(shape, (Sparse(rows, members[rows, at], 1 / counts[rows]),), name=name)
    return assembly.pooled(members, shape, aggregation, name)


def padded(
    assembly: Assembly, tensor: Tensor, before: Sequence[int], after: Sequence[int]
) -> Nodes:
    """A tensor with zeros around it: there stands a node that is always 0."""
    edges = list(zip(before, after, strict=True))
    sizes = [size + sum(edge) for size, edge in zip(tensor.shape, edges, strict=True)]
    assembly.check_edges(math.prod(sizes))
    numbers = assembly.commit(tensor).numbers
    return Nodes(np.pad(numbers, edges, constant_values=assembly.zero()))
