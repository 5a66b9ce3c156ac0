"""Pictures of the services in brands, advertising, training and advice."""

from __future__ import annotations

from catalogue.drawing import WHITE, Scene
from catalogue.props import (
    HAIR,
    backdrop,
    bag,
    bars,
    bubble,
    card,
    check,
    ground,
    heart,
    person,
    text,
)


def brand_identity(s: Scene) -> None:
    c = s.colours
    backdrop(s, 1)
    ground(s, 640, 630, 700)
    with s.turned(-3, 560, 370):
        card(s, 340, 128, 470, 476, 26)
        for x in range(380, 800, 60):
            s.line([(x, 160), (x, 572)], 2, c.haze)
        for y in range(180, 590, 60):
            s.line([(372, y), (780, y)], 2, c.haze)
        s.pie(575, 356, 146, 180, 270, c.mid)
        s.circle(648, 283, 66, c.accent)
        s.rect(437, 364, 130, 130, c.deep, 65)
        s.rect(437, 364, 80, 130, c.deep, 16)
        s.pie(583, 364, 138, 0, 90, c.soft)
        s.circle(502, 429, 26, WHITE)
        s.circle(648, 283, 24, WHITE)
        s.line([(430, 206), (720, 206)], 4, c.deep)
        for x in (430, 720):
            s.rect(x - 9, 197, 18, 18, WHITE, 3)
            s.ring(x, 206, 9, 4, c.deep)
        s.rect(563, 194, 24, 24, c.deep, 4)
        s.rect(480, 540, 190, 20, c.deep, 10)
    # colour fan
    for index, colour in enumerate((c.deep, c.mid, c.soft, c.accent)):
        with s.turned(-24 + index * 17, 880, 560):
            s.rect(842, 300, 92, 280, WHITE, 16)
            s.rect(852, 310, 72, 190, colour, 10)
            text(s, 856, 520, [52, 34], c.haze, 9, 18)
    s.circle(884, 556, 13, c.deep)
    # pencil
    with s.turned(32, 300, 400):
        s.rect(278, 250, 50, 230, c.accent, 4)
        s.rect(278, 226, 50, 40, c.deep, 12)
        s.rect(295, 266, 16, 214, WHITE, 0, alpha=0.28)
        s.polygon([(280, 482), (326, 482), (303, 546)], "#f7d9b0", 2)
        s.polygon([(296, 524), (310, 524), (303, 546)], c.deep, 2)


def product_page(s: Scene) -> None:
    c = s.colours
    backdrop(s, 2)
    ground(s, 640, 636, 560)
    for index, y in enumerate((150, 276, 402)):
        card(s, 300, y, 112, 108, 18)
        s.rect(312, y + 12, 88, 84, (c.soft, c.haze, c.soft)[index], 12)
        if index == 1:
            s.circle(356, y + 54, 28, c.mid)
            s.circle(356, y + 54, 12, c.haze)
        else:
            s.rect(338, y + 34, 36, 52, (c.deep, c.mid, c.accent)[index], 10)
            s.rect(347, y + 20, 18, 18, c.accent if index == 0 else c.deep, 5)
    card(s, 450, 92, 380, 532, 26)
    s.rect(470, 112, 340, 320, c.haze, 18)
    s.circle(640, 272, 124, WHITE, alpha=0.65)
    s.ellipse(640, 402, 190, 18, c.deep, alpha=0.16)
    s.rect(586, 206, 108, 196, c.mid, 30)
    s.rect(586, 206, 36, 196, c.soft, 18, alpha=0.55)
    s.rect(610, 164, 60, 50, c.deep, 12)
    s.rect(586, 286, 108, 70, WHITE)
    heart(s, 640, 320, 18, c.accent)
    text(s, 474, 458, [200], c.deep, 20)
    text(s, 474, 498, [316, 262], c.haze, 13, 30)
    s.rect(474, 562, 150, 40, c.accent, 20)
    text(s, 508, 576, [82], WHITE, 12)
    for x, y, dx, dy in (
        (492, 134, 1, 1),
        (788, 134, -1, 1),
        (492, 410, 1, -1),
        (788, 410, -1, -1),
    ):
        s.line([(x + 30 * dx, y), (x, y), (x, y + 30 * dy)], 6, c.deep)
    s.star(880, 196, 42, c.accent, points=4)
    s.star(946, 258, 24, c.mid, points=4)
    s.star(856, 268, 15, c.soft, points=4)
    card(s, 868, 350, 186, 176, 22)
    text(s, 892, 378, [60], c.deep, 14)
    s.line([(892, 436), (1030, 436)], 8, c.haze)
    s.circle(984, 436, 15, c.mid)
    s.line([(892, 484), (1030, 484)], 8, c.haze)
    s.circle(930, 484, 15, c.accent)


def packaging(s: Scene) -> None:
    c = s.colours
    backdrop(s, 0)
    ground(s, 640, 612, 780)
    s.rect(270, 600, 740, 20, c.deep, 10)
    # pouch
    s.curve(
        "M 318 244 L 506 244 L 516 300 Q 534 450 520 600 L 304 600 Q 290 450 308 300 Z", fill=c.soft
    )
    s.rect(312, 226, 200, 44, c.mid, 10)
    s.line([(322, 284), (502, 284)], 4, WHITE, alpha=0.7)
    s.circle(412, 414, 74, WHITE)
    s.curve("M 412 366 C 456 386 456 446 412 468 C 368 446 368 386 412 366 Z", fill=c.accent)
    s.line([(412, 400), (412, 462)], 5, WHITE)
    text(s, 362, 520, [100, 60], c.deep, 13, 28)
    # box
    s.polygon([(560, 250), (764, 250), (764, 600), (560, 600)], c.mid)
    s.polygon([(764, 250), (836, 222), (836, 574), (764, 600)], c.deep)
    s.polygon([(560, 250), (764, 250), (836, 222), (640, 222)], WHITE, alpha=0.9)
    s.polygon([(560, 250), (764, 250), (836, 222), (640, 222)], c.soft, alpha=0.6)
    s.rect(560, 340, 204, 150, WHITE)
    s.polygon([(764, 340), (836, 314), (836, 462), (764, 490)], WHITE, alpha=0.75)
    s.circle(662, 402, 38, c.accent)
    s.star(662, 402, 20, WHITE)
    text(s, 612, 456, [100], c.deep, 13)
    s.rect(590, 282, 90, 14, WHITE, 7, alpha=0.8)
    # jar
    s.rect(880, 430, 130, 170, c.accent, 28)
    s.rect(880, 430, 40, 170, WHITE, 20, alpha=0.25)
    s.rect(892, 386, 106, 54, c.deep, 14)
    s.rect(880, 490, 130, 62, WHITE)
    text(s, 904, 508, [82, 54], c.mid, 10, 20)
    # measure
    s.star(930, 250, 34, c.accent, points=4)
    s.star(986, 306, 20, c.mid, points=4)
    s.star(902, 322, 13, c.soft, points=4)
    s.line([(560, 176), (836, 176)], 5, c.deep)
    for x in (560, 836):
        s.line([(x, 162), (x, 190)], 5, c.deep)
    for x in range(594, 830, 34):
        s.line([(x, 176), (x, 184)], 3, c.deep)


def ad_management(s: Scene) -> None:
    c = s.colours
    backdrop(s, 1)
    ground(s, 640, 626, 720)
    card(s, 600, 300, 400, 310, 28)
    s.line([(636, 566), (964, 566)], 5, c.haze)
    bars(s, 650, 566, (60, 96, 84, 142, 204), 44, 20)
    s.line([(650, 476), (724, 436), (790, 452), (852, 392), (944, 338)], 8, c.deep)
    s.polygon([(926, 330), (960, 322), (956, 356)], c.deep, 4)
    # megaphone
    with s.turned(-14, 460, 330):
        s.rect(404, 372, 52, 150, c.deep, 18)
        s.polygon([(372, 268), (560, 178), (560, 482), (372, 392)], c.mid, 14)
        s.polygon([(372, 268), (420, 246), (420, 414), (372, 392)], c.deep, 14)
        s.rect(300, 262, 84, 136, c.deep, 34)
        s.ellipse(566, 330, 74, 330, c.accent)
        s.ellipse(570, 330, 42, 236, c.deep, alpha=0.35)
    for start, end, r in ((-46, -6, 130), (-42, -10, 182), (-38, -14, 234)):
        s.arc(606, 300, r, start, end, 11, c.mid if r != 182 else c.accent)
    # target
    s.circle(920, 196, 84, WHITE)
    s.ring(920, 196, 84, 22, c.mid)
    s.ring(920, 196, 44, 20, c.accent)
    s.circle(920, 196, 11, c.deep)
    s.line([(920, 196), (1010, 108)], 9, c.deep)
    s.polygon(
        [(1002, 116), (1008, 84), (1036, 60), (1036, 92), (1066, 96), (1040, 120)], c.accent, 4
    )


def creator_outreach(s: Scene) -> None:
    c = s.colours
    backdrop(s, 2)
    ground(s, 640, 632, 560)
    centres = (
        (380, 262, 104, 1, True),
        (900, 262, 104, 2, False),
        (380, 496, 84, 3, False),
        (904, 496, 84, 0, True),
    )
    for x, y, *_ in centres:
        s.line([(640, 376), (x, y)], 8, c.mid, alpha=0.55)
    for index, (x, y, r, look, long) in enumerate(centres):
        s.circle(x + 6, y + 10, r, c.deep, alpha=0.12)
        s.circle(x, y, r, WHITE)
        with s.within(x - r + 10, y - r + 10, 2 * r - 20, 2 * r - 20, r):
            s.rect(x - r, y - r, 2 * r, 2 * r, (c.soft, c.haze, c.haze, c.soft)[index])
            person(
                s,
                x,
                y + r - 4,
                r * 1.55,
                (c.mid, c.deep, c.accent, c.mid)[index],
                look,
                long_hair=long,
            )
    card(s, 530, 240, 220, 270, 34)
    s.rect(552, 262, 176, 130, c.haze, 20)
    bag(s, 600, 300, 78, c.mid, c.deep)
    for index in range(3):
        s.star(586 + index * 54, 424, 20, c.mid)
    s.rect(572, 460, 136, 26, c.accent, 13)
    heart(s, 492, 186, 20, c.accent)
    heart(s, 776, 560, 15, c.mid)
    s.circle(986, 186, 32, c.accent)
    s.polygon([(978, 170), (978, 202), (1004, 186)], WHITE, 3)
    check(s, 300, 186, 30, c.accent)
    bubble(s, 576, 112, 128, 74, c.deep)
    for x in (612, 640, 668):
        s.circle(x, 149, 8, WHITE)


def onsite_training(s: Scene) -> None:
    c = s.colours
    backdrop(s, 0)
    ground(s, 640, 640, 760)
    s.line([(440, 460), (404, 620)], 13, c.deep)
    s.line([(860, 460), (896, 620)], 13, c.deep)
    card(s, 370, 116, 560, 360, 22, c.deep)
    s.rect(390, 136, 520, 320, WHITE, 10)
    s.rect(424, 170, 170, 22, c.deep, 11)
    text(s, 424, 216, [140, 170, 120], c.haze, 14, 34)
    check(s, 440, 342, 16, c.mid)
    check(s, 440, 390, 16, c.accent)
    text(s, 470, 335, [110, 84], c.soft, 14, 48)
    s.line([(640, 400), (640, 176)], 5, c.haze)
    s.line([(640, 400), (880, 400)], 5, c.haze)
    bars(s, 664, 398, (54, 92, 134, 190), 38, 18)
    person(s, 972, 640, 250, c.mid, 1, long_hair=True)
    s.line([(890, 560), (836, 470), (790, 400)], 26, c.mid)
    s.circle(784, 392, 18, "#e8ad86")
    s.line([(780, 386), (730, 322)], 8, c.deep)
    for x, look, shirt, long in (
        (430, 0, c.accent, False),
        (586, 3, c.deep, False),
        (740, 2, c.soft, True),
    ):
        head = 42
        if long:
            s.rect(x - 50, 496, 100, 118, HAIR[look], 46)
        s.curve(
            f"M {x - 86} 650 C {x - 86} 600 {x - 50} 578 {x} 578 "
            f"C {x + 50} 578 {x + 86} 600 {x + 86} 650 Z",
            fill=shirt,
        )
        s.circle(x, 536, head + 2, HAIR[look])
    s.rect(300, 640, 820, 16, c.deep, 8)
    s.rect(250, 220, 84, 84, c.accent, 24)
    s.polygon([(268, 254), (292, 242), (316, 254), (292, 266)], WHITE, 3)
    s.line([(278, 264), (278, 276), (306, 276), (306, 264)], 6, WHITE)


def shop_checkup(s: Scene) -> None:
    c = s.colours
    backdrop(s, 1)
    ground(s, 640, 630, 640)
    card(s, 370, 116, 400, 500, 26)
    s.rect(404, 150, 190, 24, c.deep, 12)
    for index, (y, share) in enumerate(
        ((210, 0.9), (280, 0.55), (350, 0.75), (420, 0.35), (490, 0.65))
    ):
        colour = c.accent if share < 0.5 else c.mid
        check(s, 424, y + 22, 20, colour) if share >= 0.5 else s.circle(424, y + 22, 20, colour)
        if share < 0.5:
            s.line([(424, y + 12), (424, y + 24)], 6, WHITE)
            s.circle(424, y + 33, 3.4, WHITE)
        s.rect(462, y + 4, (130, 96, 150, 110, 84)[index], 12, c.soft, 6)
        s.rect(462, y + 28, 270, 14, c.haze, 7)
        s.rect(462, y + 28, 270 * share, 14, colour, 7)
    # gauge
    card(s, 806, 130, 236, 176, 24)
    s.arc(924, 264, 80, 180, 240, 22, c.accent)
    s.arc(924, 264, 80, 250, 290, 22, c.soft)
    s.arc(924, 264, 80, 300, 360, 22, c.mid)
    s.line([(924, 264), (964, 212)], 9, c.deep)
    s.circle(924, 264, 14, c.deep)
    # magnifier over the shop
    s.line([(952, 532), (1036, 612)], 34, c.deep)
    s.line([(960, 540), (980, 559)], 34, c.accent)
    s.circle(866, 450, 128, c.deep)
    with s.within(756, 340, 220, 220, 110):
        s.rect(756, 340, 220, 220, c.haze)
        s.rect(796, 440, 140, 90, WHITE, 6)
        s.rect(812, 470, 50, 60, c.mid, 6)
        s.rect(876, 466, 46, 36, c.soft, 6)
        for index in range(5):
            fill = c.accent if index % 2 == 0 else WHITE
            s.rect(786 + index * 32, 410, 32.5, 34, fill)
            s.pie(802 + index * 32, 443.5, 16, 0, 180, fill)
        s.rect(780, 398, 172, 16, c.deep, 8)
        s.rect(770, 528, 200, 10, c.deep, 5)
    s.arc(866, 450, 96, 196, 250, 9, WHITE)
