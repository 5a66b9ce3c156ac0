"""Flat shapes on a picture of 1280 x 720 pixels, y downwards: a kit for `make_pictures`."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import cos, pi, radians, sin
from pathlib import Path as FilePath

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Ellipse, PathPatch, Wedge
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Transform
from PIL import Image

WIDTH, HEIGHT = 1280, 720
POINTS_PER_PIXEL = 0.72
WHITE = "#ffffff"

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a category, from the sky behind to the lines in front."""

    sky: str
    haze: str
    soft: str
    mid: str
    deep: str
    accent: str
    paper: str = WHITE
    skin: str = "#f6c7a6"


class Scene:
    """A picture being drawn. Later shapes lie above earlier ones."""

    def __init__(self, colours: Palette) -> None:
        self.colours = colours
        self._figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)
        FigureCanvasAgg(self._figure)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(HEIGHT, 0)
        self._axes.axis("off")
        self._turn = Affine2D()
        self._order = 1.0
        self._clip: PathPatch | None = None
        self._sky()

    def _sky(self) -> None:
        top, bottom = (np.array(to_rgb(colour)) for colour in (self.colours.sky, self.colours.haze))
        share = np.linspace(0, 1, HEIGHT)[:, None]
        column = (top * (1 - share) + bottom * share)[:, None, :]
        self._axes.imshow(
            column, extent=(0, WIDTH, HEIGHT, 0), aspect="auto", interpolation="nearest", zorder=0
        )

    @contextmanager
    def turned(
        self, degrees: float, x: float, y: float, *, move: Point = (0, 0), scale: float = 1
    ) -> Iterator[None]:
        """What is drawn within is turned clockwise about (x, y), scaled there, then moved."""
        before = self._turn
        own = Affine2D().translate(-x, -y).scale(scale).rotate_deg(degrees)
        own.translate(x + move[0], y + move[1])
        self._turn = Affine2D(before.get_matrix() @ own.get_matrix())
        yield
        self._turn = before

    @contextmanager
    def within(self, x: float, y: float, w: float, h: float, r: float = 0) -> Iterator[None]:
        """What is drawn within is cut off at the edges of that rectangle."""
        clip = PathPatch(
            _box(x, y, w, h, r), transform=self._where(), facecolor="none", linewidth=0
        )
        before, self._clip = self._clip, clip
        self._axes.add_patch(clip)
        yield
        self._clip = before

    def rect(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        fill: str,
        r: float = 0,
        alpha: float = 1,
    ) -> None:
        self._add(PathPatch(_box(x, y, w, h, r), facecolor=fill, alpha=alpha, linewidth=0))

    def circle(self, x: float, y: float, r: float, fill: str, alpha: float = 1) -> None:
        self._add(Circle((x, y), r, facecolor=fill, alpha=alpha, linewidth=0))

    def ring(
        self, x: float, y: float, r: float, width: float, colour: str, alpha: float = 1
    ) -> None:
        self._add(Wedge((x, y), r, 0, 360, width=width, facecolor=colour, alpha=alpha, linewidth=0))

    def pie(self, x: float, y: float, r: float, start: float, end: float, fill: str) -> None:
        """A slice; degrees clockwise from three o'clock."""
        self._add(Wedge((x, y), r, start, end, facecolor=fill, linewidth=0))

    def arc(
        self, x: float, y: float, r: float, start: float, end: float, width: float, colour: str
    ) -> None:
        steps = [radians(start + (end - start) * share / 40) for share in range(41)]
        self.line([(x + r * cos(a), y + r * sin(a)) for a in steps], width, colour)

    def ellipse(self, x: float, y: float, w: float, h: float, fill: str, alpha: float = 1) -> None:
        self._add(Ellipse((x, y), w, h, facecolor=fill, alpha=alpha, linewidth=0))

    def line(self, points: Sequence[Point], width: float, colour: str, alpha: float = 1) -> None:
        shape = PathPatch(
            Path(np.array(points, dtype=float)),
            facecolor="none",
            edgecolor=colour,
            alpha=alpha,
            linewidth=width * POINTS_PER_PIXEL,
        )
        shape.set_capstyle("round")
        shape.set_joinstyle("round")
        self._add(shape)

    def polygon(
        self, points: Sequence[Point], fill: str, soft: float = 0, alpha: float = 1
    ) -> None:
        """Corners are rounded by `soft` pixels, by which the shape also grows."""
        shape = PathPatch(
            Path(np.array([*points, points[0]], dtype=float), closed=True),
            facecolor=fill,
            edgecolor=fill,
            alpha=alpha,
            linewidth=2 * soft * POINTS_PER_PIXEL,
        )
        shape.set_joinstyle("round")
        self._add(shape)

    def curve(
        self, drawn: str, fill: str | None = None, width: float = 0, colour: str = WHITE,
        alpha: float = 1,
    ) -> None:  # fmt: skip
        """A path as in SVG with absolute M, L, C, Q and Z."""
        shape = PathPatch(
            _path(drawn),
            facecolor=fill or "none",
            edgecolor=colour if width else "none",
            alpha=alpha,
            linewidth=width * POINTS_PER_PIXEL,
        )
        shape.set_capstyle("round")
        shape.set_joinstyle("round")
        self._add(shape)

    def star(self, x: float, y: float, r: float, fill: str, points: int = 5) -> None:
        inner = r * (0.45 if points == 5 else 0.32)
        corners = [
            (x + radius * sin(pi * index / points), y - radius * cos(pi * index / points))
            for index in range(2 * points)
            for radius in ((r, inner)[index % 2],)
        ]
        self.polygon(corners, fill, soft=r * 0.08)

    def save(self, path: FilePath) -> None:
        """Drawn at twice the size, then reduced, for smooth edges."""
        data = io.BytesIO()
        self._figure.savefig(data, format="png", dpi=200)
        data.seek(0)
        with Image.open(data) as large:
            picture = large.convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.BOX)
        picture.save(path, optimize=True)

    def _where(self) -> Transform:
        return self._turn + self._axes.transData

    def _add(self, shape: Circle | Ellipse | Wedge | PathPatch) -> None:
        shape.set_transform(self._where())
        shape.set_zorder(self._order)
        self._order += 1
        self._axes.add_patch(shape)
        if self._clip is not None:
            shape.set_clip_path(self._clip)


def _box(x: float, y: float, w: float, h: float, r: float) -> Path:
    r = min(r, w / 2, h / 2)
    if r <= 0:
        return _path(f"M {x} {y} L {x + w} {y} L {x + w} {y + h} L {x} {y + h} Z")
    k = r * 0.4477  # where a cubic curve comes closest to a quarter of a circle
    right, bottom = x + w, y + h
    return _path(
        f"M {x + r} {y} L {right - r} {y} C {right - k} {y} {right} {y + k} {right} {y + r} "
        f"L {right} {bottom - r} C {right} {bottom - k} {right - k} {bottom} {right - r} {bottom} "
        f"L {x + r} {bottom} C {x + k} {bottom} {x} {bottom - k} {x} {bottom - r} "
        f"L {x} {y + r} C {x} {y + k} {x + k} {y} {x + r} {y} Z"
    )


def _path(drawn: str) -> Path:
    codes: list[int] = []
    points: list[Point] = []
    kinds = {
        "M": int(Path.MOVETO),
        "L": int(Path.LINETO),
        "C": int(Path.CURVE4),
        "Q": int(Path.CURVE3),
    }
    kind = kinds["M"]
    numbers: list[float] = []
    for token in drawn.split():
        if token == "Z":
            codes.append(int(Path.CLOSEPOLY))
            points.append(points[0])
        elif token in kinds:
            kind = kinds[token]
        else:
            numbers.append(float(token))
            if len(numbers) == 2:
                points.append((numbers[0], numbers[1]))
                codes.append(kind)
                numbers = []
    return Path(np.array(points), codes)
