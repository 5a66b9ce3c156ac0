"""Pictures of the services in shop operation."""

from __future__ import annotations

from catalogue.drawing import WHITE, Scene
from catalogue.props import (
    awning,
    backdrop,
    bag,
    bars,
    browser,
    card,
    check,
    ground,
    heart,
    parcel,
    plant,
)


def shop_setup(s: Scene) -> None:
    c = s.colours
    backdrop(s, 0)
    ground(s, 640, 624, 760)
    s.rect(392, 250, 496, 370, WHITE, 12)
    s.rect(392, 560, 496, 60, c.haze)
    s.rect(424, 380, 220, 160, c.deep, 14)
    s.rect(436, 392, 196, 136, c.soft, 8)
    bag(s, 464, 446, 62, c.accent, c.deep)
    s.rect(554, 452, 50, 76, c.mid, 12)
    s.rect(566, 432, 26, 26, c.deep, 6)
    s.rect(692, 370, 150, 250, c.deep, 14)
    s.rect(708, 388, 118, 150, c.soft, 8)
    s.circle(820, 570, 8, c.accent)
    s.rect(738, 420, 58, 40, WHITE, 8)
    s.line([(767, 400), (767, 420)], 5, c.deep)
    heart(s, 767, 441, 11, c.accent)
    awning(s, 372, 256, 536, 82, 9)
    s.rect(470, 138, 340, 96, c.mid, 24)
    s.rect(520, 174, 190, 24, WHITE, 12)
    s.star(756, 186, 22, c.accent)
    # paint roller at work
    with s.turned(-14, 950, 380, move=(58, 22)):
        s.rect(884, 268, 132, 56, c.accent, 20)
        s.line([(1016, 296), (1044, 296), (1044, 356), (950, 356), (950, 400)], 10, c.deep)
        s.rect(934, 396, 32, 104, c.deep, 14)
    plant(s, 336, 622, 92)
    parcel(s, 916, 540, 104, 82)


def shop_operation(s: Scene) -> None:
    c = s.colours
    backdrop(s, 1)
    ground(s, 640, 618, 780)
    card(s, 350, 138, 580, 400, 28, c.deep)
    s.rect(372, 160, 536, 356, WHITE, 14)
    s.curve(
        "M 300 548 L 980 548 L 950 590 Q 944 604 926 604 L 354 604 Q 336 604 330 590 Z", fill=c.mid
    )
    s.rect(300, 536, 680, 22, c.deep, 11)
    s.rect(372, 160, 104, 356, c.haze)
    for index, y in enumerate((194, 244, 294, 344)):
        s.rect(394, y, 60, 18, c.mid if index == 0 else c.soft, 9)
    for index, x in enumerate((500, 636, 772)):
        s.rect(x, 184, 116, 76, (c.haze, c.haze, c.mid)[index], 14)
        s.rect(x + 16, 204, 44, 10, (c.soft, c.soft, WHITE)[index], 5)
        s.rect(x + 16, 226, 76, 16, (c.deep, c.deep, WHITE)[index], 8)
    bars(s, 512, 486, (64, 104, 84, 132, 116, 172), 42, 20)
    s.line([(512, 392), (590, 352), (652, 370), (728, 316), (866, 286)], 7, c.deep)
    for x, y in ((590, 352), (652, 370), (728, 316), (866, 286)):
        s.circle(x, y, 11, WHITE)
        s.circle(x, y, 7, c.deep)
    parcel(s, 972, 500, 138, 106)
    parcel(s, 990, 408, 104, 92)
    card(s, 214, 290, 196, 92, 22)
    for index in range(5):
        s.star(246 + index * 33, 336, 15, c.accent)
    check(s, 344, 480, 38, c.accent)


def web_shop(s: Scene) -> None:
    c = s.colours
    backdrop(s, 2)
    ground(s, 640, 628, 640)
    # globe
    s.circle(420, 380, 196, c.mid)
    with s.within(224, 184, 392, 392, 196):
        s.curve(
            "M 250 300 C 320 220 380 250 400 300 C 420 350 330 380 340 430 "
            "C 350 480 280 470 240 420 Z",
            fill=c.soft,
        )
        s.curve(
            "M 440 170 C 520 180 600 240 600 320 C 560 350 500 300 470 260 "
            "C 440 240 430 200 440 170 Z",
            fill=c.soft,
        )
        s.curve(
            "M 400 470 C 450 430 540 460 530 510 C 510 570 440 580 410 550 "
            "C 390 530 380 490 400 470 Z",
            fill=c.soft,
        )
    s.ellipse(420, 588, 200, 0.1, c.deep)
    browser(s, 470, 170, 530, 398)
    s.rect(498, 250, 474, 116, c.haze, 18)
    s.rect(528, 276, 150, 20, c.deep, 10)
    s.rect(528, 308, 110, 12, c.soft, 6)
    s.rect(528, 330, 84, 22, c.accent, 11)
    s.circle(876, 308, 48, WHITE, alpha=0.7)
    s.rect(856, 282, 40, 62, c.mid, 12)
    s.rect(865, 266, 22, 20, c.deep, 5)
    for index, x in enumerate((498, 662, 826)):
        s.rect(x, 386, 146, 156, WHITE, 16)
        s.rect(x, 386, 146, 100, (c.soft, c.haze, c.soft)[index], 16)
        s.rect(x + 14, 502, 76, 11, c.haze, 5)
        s.rect(x + 14, 522, 46, 11, c.accent, 5)
    bag(s, 548, 412, 46, c.accent, c.deep)
    s.circle(735, 436, 32, c.mid)
    s.circle(735, 436, 14, c.haze)
    s.rect(876, 408, 46, 62, c.deep, 10)
    # basket
    s.circle(1004, 520, 74, c.accent)
    s.line([(960, 494), (976, 494), (988, 540), (1032, 540), (1044, 506), (980, 506)], 9, WHITE)
    s.circle(994, 560, 8, WHITE)
    s.circle(1026, 560, 8, WHITE)
    s.curve("M 300 168 C 380 100 520 92 600 128", width=7, colour=c.deep, alpha=0.7)
    s.polygon([(594, 112), (622, 138), (586, 146)], c.deep, 3)


def marketplace_listing(s: Scene) -> None:
    c = s.colours
    backdrop(s, 0)
    ground(s, 640, 628, 640)
    # cards rising from a box
    for x, y, lean, kind in ((418, 214, -13, 0), (792, 218, 13, 2), (604, 128, 0, 1)):
        with s.turned(lean, x + 36, y + 130):
            card(s, x - 62, y, 196, 258, 20)
            s.rect(x - 46, y + 16, 164, 120, (c.haze, c.soft, c.haze)[kind], 12)
            if kind == 0:
                bag(s, x + 8, y + 58, 56, c.accent, c.deep)
            elif kind == 1:
                s.circle(x + 36, y + 76, 42, WHITE, alpha=0.7)
                s.rect(x + 14, y + 52, 44, 62, c.mid, 12)
                s.rect(x + 24, y + 34, 24, 22, c.deep, 6)
            else:
                s.circle(x + 36, y + 76, 38, c.mid)
                s.circle(x + 36, y + 76, 17, c.haze)
            for row in range(3):
                s.circle(x - 34, y + 164 + row * 28, 8, c.accent if row == 0 else c.mid)
                s.rect(x - 16, y + 158 + row * 28, (110, 126, 84)[row], 12, c.haze, 6)
    s.polygon([(420, 430), (860, 430), (836, 612), (444, 612)], "#d9a066", 10)
    s.polygon([(420, 430), (860, 430), (854, 474), (426, 474)], "#c98c50", 10)
    s.polygon([(420, 432), (338, 388), (318, 436), (424, 482)], "#e6b981", 8)
    s.polygon([(860, 432), (942, 388), (962, 436), (856, 482)], "#e6b981", 8)
    s.rect(594, 424, 92, 92, "#f3d5a8", 4)
    s.circle(640, 560, 30, WHITE, alpha=0.9)
    s.ring(640, 560, 19, 4, c.mid)
    s.line([(621, 560), (659, 560)], 4, c.mid)
    s.curve("M 640 541 C 624 552 624 568 640 579 C 656 568 656 552 640 541", width=4, colour=c.mid)
    # paper plane
    s.curve("M 880 300 C 950 280 990 240 1006 190", width=6, colour=c.mid, alpha=0.55)
    s.polygon([(960, 166), (1070, 116), (1030, 222), (1008, 182)], c.accent, 5)
    s.polygon([(1008, 182), (1070, 116), (1014, 212)], c.deep, 3, alpha=0.55)
