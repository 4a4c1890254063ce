"""A radar of skills as plain geometry, for an SVG that needs no script, prints, and follows the theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

#: In units of the drawing; the labels need the room around the circle.
CENTRE_X, CENTRE_Y, RADIUS = 210.0, 150.0, 110.0
RINGS = (25, 50, 75, 100)


@dataclass(frozen=True)
class Spoke:
    label: str
    x: float
    y: float
    text_x: float
    text_y: float
    anchor: str


@dataclass(frozen=True)
class Dot:
    """`score` None: nothing known; drawn hollow at the neutral start."""

    x: float
    y: float
    label: str
    score: float | None


@dataclass(frozen=True)
class Shape:
    """`number` 1-4 picks colour and dash."""

    number: int
    name: str
    points: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Radar:
    spokes: tuple[Spoke, ...]
    rings: tuple[str, ...]
    shapes: tuple[Shape, ...]


def radar(labels: Sequence[str], people: Sequence[tuple[str, Sequence[float | None]]], *, neutral: float) -> Radar:
    """`people`: name and one score a label, 0-100 or None."""
    angles = [2 * pi * at / len(labels) - pi / 2 for at in range(len(labels))]
    spokes = []
    for label, angle in zip(labels, angles, strict=True):
        x, y = _at(angle, 100)
        text_x, text_y = _at(angle, 111)
        anchor = "middle" if abs(cos(angle)) < 0.2 else "start" if cos(angle) > 0 else "end"
        spokes.append(Spoke(label, x, y, text_x, round(text_y + 4, 1), anchor))
    shapes = []
    for number, (name, scores) in enumerate(people, start=1):
        dots = tuple(
            Dot(*_at(angle, neutral if score is None else score), label, score)
            for label, angle, score in zip(labels, angles, scores, strict=True)
        )
        shapes.append(Shape(number, name, " ".join(f"{dot.x},{dot.y}" for dot in dots), dots))
    rings = tuple(" ".join("{},{}".format(*_at(angle, ring)) for angle in angles) for ring in RINGS)
    return Radar(tuple(spokes), rings, tuple(shapes))


def _at(angle: float, score: float) -> tuple[float, float]:
    reach = RADIUS * score / 100
    return round(CENTRE_X + reach * cos(angle), 1), round(CENTRE_Y + reach * sin(angle), 1)
