"""Draws the pictures of the demo's services: `python -m catalogue.make_pictures [key ...]`.

For developers: the pictures are committed, so that nobody needs to run this to use the demo.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from catalogue import scenes_brand, scenes_media, scenes_shop
from catalogue.drawing import Palette, Scene

FOLDER = Path(__file__).parent / "pictures"

VIDEO = Palette("#eaf0ff", "#cbd8ff", "#a9bbff", "#5c78ea", "#2a387f", "#ff8d62")
LIVE = Palette("#fff0f1", "#ffd3da", "#ffadbd", "#ef5478", "#7d2145", "#ffbf4d")
SHOP = Palette("#e8f8f0", "#c4ead9", "#93dabd", "#2fa57c", "#17543f", "#ffb04a")
BRAND = Palette("#f5efff", "#e0d1ff", "#c4a8f7", "#875adb", "#44277a", "#ff86a8")
ADS = Palette("#fff6e6", "#ffe1b3", "#ffc583", "#f2933a", "#2a4a58", "#36a79c")
CONTENT = Palette("#e7f6fb", "#bfe4f1", "#90cde3", "#2b96bb", "#135069", "#ff9a6b")
ADVICE = Palette("#f4f7e6", "#dde8bb", "#c2d583", "#87a233", "#434f1c", "#f27d4f")

SCENES: dict[str, tuple[Palette, Callable[[Scene], None]]] = {
    "short_video": (VIDEO, scenes_media.short_video),
    "onsite_shooting": (VIDEO, scenes_media.onsite_shooting),
    "expo_photo": (VIDEO, scenes_media.expo_photo),
    "live_operation": (LIVE, scenes_media.live_operation),
    "live_studio": (LIVE, scenes_media.live_studio),
    "live_script": (LIVE, scenes_media.live_script),
    "shop_setup": (SHOP, scenes_shop.shop_setup),
    "shop_operation": (SHOP, scenes_shop.shop_operation),
    "web_shop": (SHOP, scenes_shop.web_shop),
    "marketplace_listing": (SHOP, scenes_shop.marketplace_listing),
    "brand_identity": (BRAND, scenes_brand.brand_identity),
    "product_page": (BRAND, scenes_brand.product_page),
    "packaging": (BRAND, scenes_brand.packaging),
    "ad_management": (ADS, scenes_brand.ad_management),
    "creator_outreach": (ADS, scenes_brand.creator_outreach),
    "copywriting": (CONTENT, scenes_media.copywriting),
    "social_posts": (CONTENT, scenes_media.social_posts),
    "community": (CONTENT, scenes_media.community),
    "onsite_training": (ADVICE, scenes_brand.onsite_training),
    "shop_checkup": (ADVICE, scenes_brand.shop_checkup),
}


def main(keys: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    for key in keys or SCENES:
        colours, draw = SCENES[key]
        scene = Scene(colours)
        draw(scene)
        path = FOLDER / f"{key}.png"
        scene.save(path)
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    main(sys.argv[1:])
