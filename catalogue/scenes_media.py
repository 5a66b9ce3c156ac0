"""Pictures of the services in video, live commerce and content."""

from __future__ import annotations

from catalogue.drawing import WHITE, Scene
from catalogue.props import (
    backdrop,
    bag,
    bubble,
    card,
    check,
    ground,
    heart,
    microphone,
    notch,
    person,
    phone,
    plant,
    play,
    scenery,
    text,
)


def short_video(s: Scene) -> None:
    c = s.colours
    backdrop(s, 0)
    ground(s, 640, 628, 620)
    with s.turned(-12, 430, 470):
        card(s, 286, 386, 260, 190, 20, c.deep)
        s.rect(286, 430, 260, 146, WHITE, 18)
        s.rect(286, 430, 260, 30, WHITE)
        text(s, 314, 474, [130, 190, 90], c.soft, 14, 30)
        with s.turned(-10, 290, 386), s.within(286, 334, 264, 44, 10):
            s.rect(286, 334, 264, 44, c.deep)
            for left in (310, 380, 450, 520):
                edge = [(left, 334), (left + 34, 334), (left + 10, 378), (left - 24, 378)]
                s.polygon(edge, WHITE)
    x, y, w, h = phone(s, 524, 92, 272, 524)
    with s.within(x, y, w, h, 29):
        s.rect(x, y, w, h, c.soft)
        s.circle(728, 214, 44, c.accent)
        s.polygon([(500, 640), (610, 350), (760, 640)], c.mid, 12)
        s.polygon([(600, 640), (740, 420), (880, 640)], c.deep, 12, alpha=0.75)
        s.rect(x, 520, w, 110, c.deep, alpha=0.35)
        s.rect(x + 22, 546, 130, 12, WHITE, 6)
        s.rect(x + 22, 572, 90, 10, WHITE, 5, alpha=0.7)
        for index, down in enumerate((372, 432, 492)):
            s.circle(754, down, 21, WHITE, alpha=0.95)
            if index == 0:
                heart(s, 754, 372, 10, c.accent)
            else:
                text(s, 745, down - 6, [18, 12], c.mid, 5, 9)
    notch(s, x, y - 8, w)
    play(s, 650, 330, 58)
    card(s, 826, 352, 256, 176, 22)
    for row, (start, blocks) in enumerate(((0, (78, 48, 66)), (28, (100, 76)), (0, (54, 96)))):
        at: float = 850 + start
        for index, wide in enumerate(blocks):
            s.rect(at, 384 + row * 42, wide, 30, (c.mid, c.soft, c.accent)[(index + row) % 3], 8)
            at += wide + 8
    s.line([(962, 358), (962, 520)], 5, c.deep)
    s.circle(962, 360, 10, c.deep)
    for index, high in enumerate((22, 46, 34, 70, 52, 30, 60, 40, 24)):
        s.rect(850 + index * 24, 270 - high / 2, 12, high, c.accent if index == 3 else c.mid, 6)


def onsite_shooting(s: Scene) -> None:
    c = s.colours
    backdrop(s, 1)
    ground(s, 640, 622, 760)
    # the place that is filmed
    card(s, 640, 290, 370, 330, 10, WHITE)
    s.rect(640, 574, 370, 46, c.soft, alpha=0.6)
    each = 370 / 6
    for index in range(6):
        fill = c.accent if index % 2 == 0 else WHITE
        s.rect(640 + index * each, 300, each + 0.6, 62, fill)
        s.pie(640 + (index + 0.5) * each, 361.5, each / 2, 0, 180, fill)
    s.rect(628, 284, 394, 24, c.deep, 10)
    s.rect(700, 208, 250, 60, c.mid, 16)
    text(s, 736, 230, [178], WHITE, 16)
    s.rect(668, 430, 176, 140, WHITE, 12)
    s.rect(680, 442, 152, 116, c.soft, 8)
    bag(s, 700, 486, 50, c.accent, c.deep)
    s.rect(772, 500, 40, 58, c.mid, 8)
    s.rect(880, 424, 100, 196, c.deep, 12)
    s.rect(894, 440, 72, 110, c.soft, 8)
    s.circle(962, 574, 6, c.accent)
    plant(s, 1046, 622, 84)
    # camera on its tripod
    for foot in (330, 420, 512):
        s.line([(420, 470), (foot, 616)], 14, c.deep)
    s.rect(404, 440, 32, 46, c.deep, 8)
    s.rect(290, 288, 250, 164, c.deep, 28)
    s.rect(330, 258, 110, 50, c.deep, 16)
    s.rect(290, 330, 250, 76, c.mid)
    s.circle(440, 368, 74, WHITE)
    s.circle(440, 368, 62, c.deep)
    s.circle(440, 368, 44, c.mid)
    s.circle(440, 368, 24, c.deep)
    s.circle(456, 350, 11, WHITE, alpha=0.85)
    s.circle(322, 310, 10, c.accent)
    s.rect(356, 246, 56, 16, c.accent, 8)
    for x, y, dx, dy in (
        (588, 170, 1, 1),
        (1128, 170, -1, 1),
        (588, 656, 1, -1),
        (1128, 656, -1, -1),
    ):
        s.line([(x + 46 * dx, y), (x, y), (x, y + 46 * dy)], 10, c.accent)
    s.rect(352, 176, 128, 44, WHITE, 22)
    s.circle(380, 198, 10, c.accent)
    text(s, 402, 192, [54], c.deep, 12)


def expo_photo(s: Scene) -> None:
    c = s.colours
    backdrop(s, 2)
    ground(s, 640, 600, 720)
    s.rect(330, 566, 620, 28, c.deep, 10)
    card(s, 366, 190, 548, 378, 18, WHITE)
    s.rect(366, 190, 548, 84, c.mid, 18)
    s.rect(366, 240, 548, 40, c.mid)
    s.rect(520, 220, 240, 26, WHITE, 13)
    scenery(s, 400, 306, 210, 150)
    for index, (long, height) in enumerate(((120, 40), (84, 64), (150, 92))):
        s.rect(650 + index * 78, 456 - height, 56, height, (c.soft, c.mid, c.accent)[index], 8)
        s.rect(650 + index * 78, 474, 56, 8, c.haze, 4)
        del long
    for x in (430, 560, 720, 850):
        s.line([(x, 190), (x, 150)], 7, c.deep)
        s.polygon([(x - 22, 156), (x + 22, 156), (x + 13, 132), (x - 13, 132)], c.deep, 4)
        s.polygon([(x - 20, 164), (x + 20, 164), (x + 44, 268), (x - 44, 268)], WHITE, alpha=0.14)
    s.rect(604, 486, 190, 108, c.deep, 14)
    s.rect(590, 470, 218, 30, c.accent, 12)
    heart(s, 699, 548, 20, WHITE)
    person(s, 484, 594, 130, c.accent, 1, long_hair=True)
    person(s, 862, 594, 130, c.deep, 0)
    for x, y, dx, dy in (
        (262, 104, 1, 1),
        (1018, 104, -1, 1),
        (262, 636, 1, -1),
        (1018, 636, -1, -1),
    ):
        s.line([(x + 60 * dx, y), (x, y), (x, y + 60 * dy)], 12, c.deep)


def live_operation(s: Scene) -> None:
    c = s.colours
    backdrop(s, 1)
    ground(s, 640, 630, 620)
    s.polygon([(590, 560), (690, 560), (716, 620), (564, 620)], c.deep, 4)
    s.rect(520, 606, 240, 22, c.deep, 11)
    card(s, 312, 128, 656, 440, 34, c.deep)
    with s.within(334, 150, 612, 396, 18):
        s.rect(334, 150, 612, 396, c.haze)
        s.circle(640, 400, 210, WHITE, alpha=0.45)
        s.rect(334, 470, 612, 90, WHITE, alpha=0.5)
        person(s, 640, 552, 300, c.mid, 0, long_hair=True)
        s.rect(334, 520, 612, 40, c.accent)
        bag(s, 782, 430, 82, c.deep, c.deep)
        s.rect(420, 448, 50, 76, c.mid, 14)
        s.rect(432, 428, 26, 26, c.deep, 6)
        s.rect(480, 472, 40, 52, c.soft, 12)
    s.rect(358, 174, 116, 46, c.mid, 23)
    s.circle(384, 197, 9, WHITE)
    text(s, 404, 190, [48], WHITE, 14)
    s.rect(488, 174, 92, 46, c.deep, 23, alpha=0.5)
    text(s, 510, 191, [48], WHITE, 12)
    bubble(s, 880, 196, 214, 84, WHITE)
    s.circle(920, 238, 20, c.soft)
    text(s, 952, 224, [112, 72], c.soft, 11, 22)
    bubble(s, 914, 330, 190, 76, c.mid)
    text(s, 944, 352, [130, 86], WHITE, 11, 22)
    heart(s, 264, 214, 24, c.mid)
    heart(s, 222, 292, 17, c.accent)
    heart(s, 276, 352, 13, c.soft)
    card(s, 196, 436, 170, 120, 20)
    bag(s, 220, 476, 50, c.accent, c.deep)
    text(s, 290, 484, [54, 38], c.soft, 11, 26)


def live_studio(s: Scene) -> None:
    c = s.colours
    backdrop(s, 0)
    ground(s, 640, 622, 800)
    # backdrop paper
    s.rect(420, 130, 440, 20, c.deep, 10)
    s.curve(
        "M 440 146 L 840 146 L 840 500 Q 840 588 930 614 L 350 614 Q 440 588 440 500 Z", fill=WHITE
    )
    s.ellipse(640, 588, 440, 34, c.haze, alpha=0.8)
    # ring light with phone
    s.line([(640, 400), (640, 604)], 12, c.deep)
    s.line([(640, 540), (576, 612)], 12, c.deep)
    s.line([(640, 540), (704, 612)], 12, c.deep)
    s.circle(640, 318, 152, c.accent, alpha=0.22)
    s.ring(640, 318, 128, 34, c.accent)
    s.ring(640, 318, 120, 17, "#fff3cf")
    s.rect(590, 238, 100, 170, c.deep, 18)
    s.rect(598, 246, 84, 154, c.soft, 12)
    person(s, 640, 400, 78, c.mid, 2, long_hair=True)
    s.circle(612, 262, 6, c.mid)
    # soft box
    s.line([(300, 330), (300, 604)], 11, c.deep)
    s.line([(300, 550), (246, 612)], 11, c.deep)
    s.line([(300, 550), (354, 612)], 11, c.deep)
    with s.turned(112, 300, 280):
        s.polygon([(216, 196), (384, 196), (356, 360), (244, 360)], c.deep, 8)
        s.rect(210, 176, 180, 40, WHITE, 14)
    # table with products and microphone
    s.rect(846, 476, 240, 24, c.deep, 10)
    s.rect(872, 498, 18, 116, c.deep, 6)
    s.rect(1042, 498, 18, 116, c.deep, 6)
    microphone(s, 910, 388, 96, c.mid)
    s.rect(968, 408, 44, 68, c.accent, 12)
    s.rect(978, 388, 24, 26, c.deep, 6)
    s.rect(1022, 430, 42, 46, c.soft, 10)
    s.rect(900, 150, 130, 50, c.mid, 25)
    s.circle(930, 175, 10, WHITE)
    text(s, 952, 168, [54], WHITE, 14)


def live_script(s: Scene) -> None:
    c = s.colours
    backdrop(s, 2)
    ground(s, 620, 630, 560)
    with s.turned(-4, 600, 380):
        card(s, 416, 116, 380, 506, 30, c.mid)
        s.rect(440, 146, 332, 452, WHITE, 18)
        s.rect(536, 92, 140, 58, c.deep, 20)
        s.circle(606, 108, 11, WHITE)
        s.line([(490, 208), (490, 548)], 7, c.haze)
        for index, (y, colour) in enumerate(
            ((204, c.accent), (292, c.mid), (380, c.soft), (468, c.mid))
        ):
            s.circle(490, y + 14, 19, WHITE)
            s.circle(490, y + 14, 15, colour)
            s.rect(528, y, (150, 190, 130, 170)[index], 16, c.deep, 8)
            s.rect(528, y + 30, (200, 150, 204, 120)[index], 12, c.haze, 6)
    bubble(s, 758, 150, 276, 128, c.deep)
    text(s, 796, 186, [200, 160], WHITE, 15, 32)
    bubble(s, 812, 318, 220, 92, WHITE, tail="right")
    text(s, 846, 346, [150, 104], c.soft, 13, 26)
    microphone(s, 900, 516, 118, c.accent)
    s.circle(330, 476, 76, c.deep, alpha=0.12)
    s.circle(324, 466, 76, WHITE)
    s.ring(324, 466, 76, 13, c.deep)
    s.line([(324, 466), (324, 424)], 9, c.deep)
    s.line([(324, 466), (354, 482)], 9, c.accent)
    s.rect(308, 374, 32, 18, c.deep, 7)


def copywriting(s: Scene) -> None:
    c = s.colours
    backdrop(s, 1)
    ground(s, 640, 630, 640)
    with s.turned(6, 560, 380):
        card(s, 400, 130, 360, 480, 20, c.soft)
    with s.turned(-5, 560, 380):
        card(s, 384, 116, 372, 496, 20, WHITE)
        s.rect(424, 164, 216, 30, c.deep, 15)
        text(s, 424, 228, [292, 264, 286, 190], c.haze, 15, 37)
        s.rect(424, 386, 150, 15, c.accent, 7)
        text(s, 424, 423, [292, 240, 276], c.haze, 15, 37)
        s.curve(
            "M 430 556 C 460 520 480 590 506 556 C 526 530 540 584 566 558", width=7, colour=c.mid
        )
    # fountain pen
    with s.turned(38, 800, 380):
        s.rect(764, 96, 72, 250, c.deep, 30)
        s.rect(764, 300, 72, 110, c.mid, 8)
        s.rect(764, 290, 72, 20, c.accent, 6)
        s.rect(822, 120, 12, 130, c.accent, 6)
        s.polygon([(774, 414), (826, 414), (804, 520), (796, 520)], "#f4d9a8", 5)
        s.line([(800, 450), (800, 516)], 5, c.deep)
        s.circle(800, 446, 9, c.deep)
    bubble(s, 886, 380, 168, 118, c.accent, tail="right")
    for x in (922, 972):
        s.circle(x + 14, 446, 18, WHITE)
        s.curve(f"M {x - 4} 446 C {x - 4} 424 {x + 6} 412 {x + 24} 410", width=9, colour=WHITE)
    bubble(s, 232, 330, 150, 96, c.mid)
    text(s, 264, 360, [88, 60], WHITE, 13, 26)


def social_posts(s: Scene) -> None:
    c = s.colours
    backdrop(s, 0)
    ground(s, 640, 634, 640)
    with s.turned(-7, 420, 380):
        card(s, 272, 190, 230, 300, 24)
        scenery(s, 290, 208, 194, 170)
        text(s, 296, 402, [150, 110], c.haze, 13, 28)
        heart(s, 458, 452, 13, c.accent)
    with s.turned(7, 880, 380):
        card(s, 786, 200, 230, 300, 24)
        s.rect(804, 218, 194, 170, c.soft, 14)
        s.circle(901, 303, 46, WHITE, alpha=0.55)
        s.rect(876, 262, 50, 92, c.deep, 16)
        s.rect(888, 242, 26, 26, c.accent, 7)
        text(s, 812, 412, [120, 160], c.haze, 13, 28)
        heart(s, 968, 470, 13, c.accent)
    x, y, w, h = phone(s, 508, 90, 264, 528)
    with s.within(x, y, w, h, 29):
        s.rect(x, y, w, 74, c.mid)
        s.circle(x + 36, y + 46, 17, WHITE)
        s.rect(x + 64, y + 40, 92, 12, WHITE, 6)
        left, right = x + 14, x + 126
        for at, top, high, kind in (
            (left, 188, 150, 0), (right, 188, 110, 1), (right, 346, 150, 2), (left, 386, 110, 1),
            (left, 546, 90, 2), (right, 546, 90, 1),
        ):  # fmt: skip
            s.rect(at, top, 98, high + 34, c.haze, 14, alpha=0.55)
            if kind == 0:
                scenery(s, at, top, 98, high)
            else:
                s.rect(at, top, 98, high, (c.soft, c.accent)[kind - 1], 14)
                s.circle(at + 49, top + high / 2, 24, WHITE, alpha=0.75)
            s.rect(at + 10, top + high + 12, 58, 9, WHITE, 5)
    notch(s, x, y - 10, w)
    s.circle(800, 168, 54, c.accent)
    heart(s, 800, 166, 25, WHITE)
    s.circle(474, 560, 44, c.deep)
    s.line([(474, 540), (474, 580)], 10, WHITE)
    s.line([(454, 560), (494, 560)], 10, WHITE)


def community(s: Scene) -> None:
    c = s.colours
    backdrop(s, 2)
    ground(s, 640, 628, 700)
    bubble(s, 330, 122, 300, 132, WHITE)
    s.circle(386, 188, 30, c.soft)
    text(s, 436, 168, [150, 104], c.haze, 15, 32)
    bubble(s, 666, 166, 270, 118, c.mid, tail="right")
    text(s, 706, 200, [188, 130], WHITE, 15, 32)
    s.circle(900, 172, 30, c.accent)
    heart(s, 900, 171, 14, WHITE)
    for x, size, look, long, shirt in (
        (400, 186, 1, True, c.soft),
        (880, 186, 2, False, c.mid),
        (524, 210, 3, False, c.deep),
        (760, 210, 1, True, c.accent),
        (642, 240, 0, True, c.mid),
    ):
        if shirt == c.mid and size == 240:
            shirt = "#ffffff"
        person(s, x, 622, size, shirt, look, long_hair=long)
    s.rect(300, 616, 680, 16, c.deep, 8)
    bubble(s, 222, 330, 128, 84, c.accent)
    for x in (258, 286, 314):
        s.circle(x, 372, 8, WHITE)
    check(s, 1010, 380, 40, c.deep)
