"""Things that appear in several pictures: backdrop, devices, people, bubbles, shop fronts."""

from __future__ import annotations

from collections.abc import Sequence

from catalogue.drawing import WHITE, Scene

HAIR = ("#3b2b3f", "#6b4434", "#23304d", "#8a5a3c")
SKIN = ("#f6c7a6", "#e8ad86", "#fbd7bd", "#d79a73")
NECK = ("#e9b18c", "#d6966d", "#f0c2a3", "#c2845d")


def backdrop(s: Scene, variant: int = 0) -> None:
    """A soft cloud of the category's colour, the ground, and a few quiet ornaments."""
    c = s.colours
    clouds = (
        "M 250 420 C 190 240 380 90 600 110 C 800 120 1060 130 1080 350 "
        "C 1100 560 930 640 660 630 C 420 640 290 580 250 420 Z",
        "M 220 330 C 230 150 470 100 660 95 C 900 90 1080 210 1070 390 "
        "C 1060 590 860 640 620 635 C 380 630 210 520 220 330 Z",
        "M 260 370 C 210 210 400 150 560 115 C 760 70 1010 160 1060 330 "
        "C 1110 520 960 630 700 632 C 470 635 310 560 260 370 Z",
    )
    s.curve(clouds[variant % 3], fill=WHITE, alpha=0.5)
    s.circle(152, 148, 54, c.soft, alpha=0.35)
    s.circle(1150, 590, 74, c.soft, alpha=0.35)
    s.ring(1118, 132, 30, 8, c.soft, alpha=0.8)
    s.ring(142, 566, 22, 7, c.soft, alpha=0.8)
    plus(s, 176, 344, 13, c.mid)
    plus(s, 1066, 236, 11, c.accent)
    s.circle(960, 58, 8, c.accent)
    s.circle(330, 62, 7, c.mid, alpha=0.8)
    s.circle(238, 632, 7, c.accent)
    s.circle(1120, 440, 8, c.mid, alpha=0.7)


def ground(s: Scene, x: float, y: float, w: float) -> None:
    s.ellipse(x, y, w, w * 0.07, s.colours.deep, alpha=0.13)


def plus(s: Scene, x: float, y: float, r: float, colour: str) -> None:
    s.line([(x - r, y), (x + r, y)], 6, colour)
    s.line([(x, y - r), (x, y + r)], 6, colour)


def card(
    s: Scene, x: float, y: float, w: float, h: float, r: float = 22, fill: str = WHITE
) -> None:
    """A sheet that floats a little above what is behind it."""
    s.rect(x + 8, y + 14, w, h, s.colours.deep, r, alpha=0.12)
    s.rect(x, y, w, h, fill, r)


def text(
    s: Scene, x: float, y: float, lengths: Sequence[float], colour: str, h: float = 12,
    step: float = 30,
) -> None:  # fmt: skip
    """Lines that stand for text."""
    for index, length in enumerate(lengths):
        s.rect(x, y + index * step, length, h, colour, h / 2)


def play(
    s: Scene, x: float, y: float, r: float, fill: str = WHITE, mark: str | None = None
) -> None:
    s.circle(x, y, r, fill)
    k = r * 0.34
    s.polygon(
        [(x - k * 0.75, y - k), (x - k * 0.75, y + k), (x + k * 1.05, y)],
        mark or s.colours.mid,
        soft=r * 0.07,
    )


def heart(s: Scene, x: float, y: float, r: float, fill: str, alpha: float = 1) -> None:
    s.curve(
        f"M {x} {y + r} "
        f"C {x - 1.9 * r} {y - 0.25 * r} {x - 0.95 * r} {y - 1.45 * r} {x} {y - 0.4 * r} "
        f"C {x + 0.95 * r} {y - 1.45 * r} {x + 1.9 * r} {y - 0.25 * r} {x} {y + r} Z",
        fill=fill,
        alpha=alpha,
    )


def check(s: Scene, x: float, y: float, r: float, fill: str, mark: str = WHITE) -> None:
    s.circle(x, y, r, fill)
    s.line(
        [(x - r * 0.42, y), (x - r * 0.1, y + r * 0.34), (x + r * 0.45, y - r * 0.34)],
        r * 0.24,
        mark,
    )


def bubble(s: Scene, x: float, y: float, w: float, h: float, fill: str, tail: str = "left") -> None:
    """A speech bubble; its tail hangs below the left or the right corner."""
    at = x + 46 if tail == "left" else x + w - 46
    lean = -26 if tail == "left" else 26
    s.polygon([(at - 16, y + h - 12), (at + 16, y + h - 12), (at + lean, y + h + 24)], fill, soft=3)
    s.rect(x, y, w, h, fill, 30)


def scenery(s: Scene, x: float, y: float, w: float, h: float, r: float = 14) -> None:
    """A picture within the picture: sun and hills."""
    c = s.colours
    with s.within(x, y, w, h, r):
        s.rect(x, y, w, h, c.haze)
        s.circle(x + w * 0.7, y + h * 0.3, min(w, h) * 0.13, c.accent)
        s.polygon(
            [(x - 10, y + h + 10), (x + w * 0.36, y + h * 0.45), (x + w * 0.8, y + h + 10)],
            c.soft,
            6,
        )
        s.polygon(
            [(x + w * 0.3, y + h + 10), (x + w * 0.72, y + h * 0.6), (x + w * 1.2, y + h + 10)],
            c.mid,
            6,
        )


def person(
    s: Scene, x: float, y: float, size: float, shirt: str, look: int = 0, long_hair: bool = False
) -> None:
    """Head and shoulders; (x, y) is the middle of the chest's lower edge, size its width."""
    hair, skin = HAIR[look % 4], SKIN[look % 4]
    head = size * 0.25
    neck = y - size * 0.52
    top = neck - head
    collar = neck + head * 0.2
    if long_hair:
        s.rect(x - head * 1.22, top - head * 0.9, head * 2.44, head * 2.7, hair, head * 1.15)
    s.curve(
        f"M {x - size / 2} {y} "
        f"C {x - size / 2} {y - size * 0.36} {x - size * 0.3} {collar} {x} {collar} "
        f"C {x + size * 0.3} {collar} {x + size / 2} {y - size * 0.36} {x + size / 2} {y} Z",
        fill=shirt,
    )
    s.rect(
        x - head * 0.38, neck - head * 0.45, head * 0.76, head * 0.98, NECK[look % 4], head * 0.36
    )
    s.circle(x, top, head, skin)
    s.pie(x, top - head * 0.1, head * 1.08, 180, 360, hair)
    s.circle(x - head * 0.34, top + head * 0.2, head * 0.075, HAIR[0])
    s.circle(x + head * 0.34, top + head * 0.2, head * 0.075, HAIR[0])
    s.arc(x, top + head * 0.34, head * 0.26, 25, 155, head * 0.09, "#b5654a")


def phone(s: Scene, x: float, y: float, w: float, h: float) -> tuple[float, float, float, float]:
    """Returns the rectangle of the screen."""
    c = s.colours
    s.rect(x + 12, y + 18, w, h, c.deep, 40, alpha=0.14)
    s.rect(x, y, w, h, c.deep, 40)
    inner = (x + 13, y + 13, w - 26, h - 26)
    s.rect(*inner, c.paper, 29)
    return inner


def notch(s: Scene, x: float, y: float, w: float) -> None:
    s.rect(x + w / 2 - 40, y + 22, 80, 16, s.colours.deep, 8)


def browser(s: Scene, x: float, y: float, w: float, h: float) -> None:
    c = s.colours
    card(s, x, y, w, h, 24)
    with s.within(x, y, w, h, 24):
        s.rect(x, y, w, 52, c.deep)
    for index, colour in enumerate((c.accent, c.soft, WHITE)):
        s.circle(x + 34 + index * 28, y + 26, 8, colour)
    s.rect(x + 140, y + 15, w - 180, 22, WHITE, 11, alpha=0.22)


def awning(s: Scene, x: float, y: float, w: float, h: float, stripes: int = 7) -> None:
    c = s.colours
    each = w / stripes
    for index in range(stripes):
        fill = c.accent if index % 2 == 0 else WHITE
        s.rect(x + index * each, y, each + 0.6, h, fill)
        s.pie(x + (index + 0.5) * each, y + h - 0.5, each / 2, 0, 180, fill)
    s.rect(x - 8, y - 16, w + 16, 22, c.deep, 10)


def bag(s: Scene, x: float, y: float, w: float, fill: str, handle: str) -> None:
    """A shopping bag; (x, y) is its upper left corner."""
    h = w * 1.12
    s.arc(x + w / 2, y + 4, w * 0.22, 180, 360, w * 0.07, handle)
    s.polygon([(x + w * 0.06, y), (x + w * 0.94, y), (x + w, y + h), (x, y + h)], fill, soft=5)
    s.arc(x + w / 2, y + h * 0.28, w * 0.22, 10, 170, w * 0.06, WHITE)


def parcel(s: Scene, x: float, y: float, w: float, h: float) -> None:
    s.rect(x, y, w, h, "#d9a066", 10)
    s.rect(x, y, w, h * 0.26, "#c98c50", 10)
    s.rect(x + w * 0.41, y, w * 0.18, h * 0.46, "#f3d5a8", 3)
    text(s, x + w * 0.1, y + h * 0.74, [w * 0.24, w * 0.15], "#b57a40", 7, 14)


def plant(s: Scene, x: float, y: float, size: float) -> None:
    """In a pot that stands at (x, y)."""
    leaf, dark = "#58b08a", "#3d8f6c"
    top = y - size * 0.42
    for lean, long, fill in (
        (-0.5, 0.8, dark),
        (0.5, 0.85, dark),
        (-0.2, 1.0, leaf),
        (0.24, 1.05, leaf),
    ):
        tip_x, tip_y = x + size * lean, top - size * long * 0.75
        s.curve(
            f"M {x} {top} Q {x + size * (lean - 0.34)} {top - size * 0.4} {tip_x} {tip_y} "
            f"Q {x + size * (lean + 0.3)} {top - size * 0.3} {x} {top} Z",
            fill=fill,
        )
    rim, foot = size * 0.3, size * 0.22
    pot = [(x - rim, top), (x + rim, top), (x + foot, y), (x - foot, y)]
    s.polygon(pot, s.colours.accent, soft=4)


def bars(s: Scene, x: float, y: float, heights: Sequence[float], w: float, gap: float) -> None:
    """Columns on the line y, the last one in the accent colour."""
    c = s.colours
    for index, height in enumerate(heights):
        fill = c.accent if index == len(heights) - 1 else (c.soft, c.mid)[index % 2]
        s.rect(x + index * (w + gap), y - height, w, height, fill, min(10, w / 3))


def microphone(s: Scene, x: float, y: float, size: float, fill: str, stand: bool = True) -> None:
    """(x, y) is the middle of its head."""
    s.rect(x - size * 0.26, y - size * 0.5, size * 0.52, size, fill, size * 0.26)
    for step in (-0.22, 0.0, 0.22):
        s.line(
            [(x - size * 0.1, y + size * step), (x + size * 0.1, y + size * step)],
            size * 0.05,
            WHITE,
            0.7,
        )
    if stand:
        s.arc(x, y + size * 0.08, size * 0.44, 5, 175, size * 0.08, s.colours.deep)
        s.line([(x, y + size * 0.54), (x, y + size * 0.84)], size * 0.08, s.colours.deep)
        s.line(
            [(x - size * 0.26, y + size * 0.86), (x + size * 0.26, y + size * 0.86)],
            size * 0.09,
            s.colours.deep,
        )
