"""Turned rectangles in the plane, y downwards: do they touch?"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Rectangle:
    """A rectangle by its centre, half its sides, and its turn in radians."""

    x: float
    y: float
    half_width: float
    half_height: float
    angle: float = 0.0

    def touches(self, other: Rectangle) -> bool:
        """Whether two rectangles share a point: no axis of theirs separates them."""
        dx, dy = other.x - self.x, other.y - self.y
        reach = self.half_width + self.half_height + other.half_width + other.half_height
        if abs(dx) > reach or abs(dy) > reach:
            return False
        cos_a, sin_a = math.cos(self.angle), math.sin(self.angle)
        cos_b, sin_b = math.cos(other.angle), math.sin(other.angle)
        for x, y in ((cos_a, sin_a), (-sin_a, cos_a), (cos_b, sin_b), (-sin_b, cos_b)):
            own = self.half_width * abs(x * cos_a + y * sin_a)
            own += self.half_height * abs(y * cos_a - x * sin_a)
            its = other.half_width * abs(x * cos_b + y * sin_b)
            its += other.half_height * abs(y * cos_b - x * sin_b)
            if abs(dx * x + dy * y) > own + its:
                return False
        return True


def stroke(x1: float, y1: float, x2: float, y2: float, half_width: float = 1.0) -> Rectangle:
    """A straight line as a thin rectangle."""
    length = math.hypot(x2 - x1, y2 - y1)
    angle = math.atan2(y2 - y1, x2 - x1)
    return Rectangle((x1 + x2) / 2, (y1 + y2) / 2, length / 2, half_width, angle)
