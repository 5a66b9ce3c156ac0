"""`make screenshots`: docs/images/*.png, made anew from a fresh demo by a real browser.

Needs a Chromium (`CHROMIUM` names one that is somewhere else) and fonts for Chinese and emoji.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Locator, Page, ViewportSize, async_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
MOST_BYTES = 300_000
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
START_WITHIN = 120
QUIET = (
    "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic", "--disable-gpu",
)  # fmt: skip


@contextlib.asynccontextmanager
async def demo() -> AsyncIterator[str]:
    """The address of a demo with an empty data folder."""
    with tempfile.TemporaryDirectory(prefix="orderclerk-screenshots-") as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0", "--data", folder,
            cwd=ROOT, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        try:
            async with asyncio.timeout(START_WITHIN):
                while not (line := (await process.stdout.readline()).decode()).startswith("ready "):
                    if not line:
                        raise SystemExit("the demo did not start")
            yield line.split()[1]
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


def small(whole: Image.Image) -> Image.Image:
    """The picture in 256 colours: most for smooth grounds, the rest for what is rare and bright."""
    smooth = whole.quantize(192, Image.Quantize.MEDIANCUT).getpalette() or []
    bright = whole.quantize(64, Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*smooth[: 192 * 3], *bright[: 64 * 3]])
    return whole.quantize(palette=palette, dither=Image.Dither.NONE)


class Scene:
    """A page of the demo, its first column played as a customer would."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.column = page.locator("section.column").first

    @property
    def text(self) -> Locator:
        return self.column.get_by_role("textbox")

    async def starts(self, word: str) -> None:
        await self.column.get_by_role("button", name=word, exact=True).click()

    async def says(self, text: str) -> None:
        await self.text.fill(text)
        await self.text.press("Enter")

    async def taps(self, label: str) -> None:
        await self.column.locator(".keys .key", has_text=label).last.click()

    async def sees(self, text: str) -> None:
        await self.column.locator(".theirs .bubble", has_text=text).last.wait_for()

    async def opens_payment(self) -> None:
        await self.column.locator(".key.pay").last.click()
        await self.column.get_by_role("dialog").wait_for()

    async def pays(self) -> None:
        await self.opens_payment()
        await self.column.locator(".sheet .wide-button.primary").click()
        await self.column.get_by_role("dialog").wait_for(state="hidden")

    async def shoot(self, name: str) -> None:
        """Take the picture."""
        await self.page.mouse.move(720, 4)
        await self.page.wait_for_timeout(1500)
        raw = await self.page.screenshot()
        path = IMAGES / name
        small(Image.open(io.BytesIO(raw)).convert("RGB")).save(path, optimize=True)
        if path.stat().st_size > MOST_BYTES:
            raise SystemExit(f"{path} is larger than {MOST_BYTES} bytes")
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} KB")


@contextlib.asynccontextmanager
async def opened(
    browser: Browser, url: str, language: str, size: ViewportSize, dark: bool = False
) -> AsyncIterator[Scene]:
    context = await browser.new_context(
        viewport=size,
        device_scale_factor=2 if size is PHONE else 1.5,
        locale={"zh": "zh-CN", "en": "en-GB"}[language],
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if dark else "light",
        has_touch=size is PHONE,
    )
    page = await context.new_page()
    await page.goto(url)
    await page.locator("section.column").first.wait_for()
    yield Scene(page)
    await context.close()


async def pictures(browser: Browser, url: str) -> None:
    async with opened(browser, url, "zh", DESKTOP) as scene:
        await scene.starts("开始")
        await scene.taps("上门拍摄")
        await scene.taps("标准")
        await scene.sees("目标")
        await scene.says("为春季新品拍一套主图和短视频，放在天猫首页")
        await scene.sees("最早")
        await scene.says("一个月后")
        await scene.sees("必须做到")
        await scene.says("要有模特，白底和场景图各一半；不拍脸部特写")
        await scene.sees("请核对")
        await scene.taps("确认")
        await scene.sees("合计")
        await scene.pays()
        await scene.sees("已收到您的付款")
        await scene.shoot("demo-zh.png")
    async with opened(browser, url, "en", DESKTOP) as scene:
        await scene.starts("Start")
        await scene.taps("Short video")
        await scene.taps("Standard")
        await scene.sees("What is it for")
        await scene.says("Launch our new cold-brew tea on TikTok and bring people to the shop")
        await scene.sees("By when")
        await scene.says("in four weeks")
        await scene.sees("Please check your order")
        await scene.shoot("demo.png")
    async with opened(browser, url, "en", PHONE, dark=True) as scene:
        await scene.taps("Confirm")
        await scene.sees("Total")
        await scene.opens_payment()
        await scene.shoot("phone.png")
    async with opened(browser, url, "zh", PHONE) as scene:
        await scene.says("/start")
        await scene.sees("您好")
        await scene.shoot("phone-zh.png")


async def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    chromium = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    )
    async with demo() as url, async_playwright() as playwright:
        args = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = await playwright.chromium.launch(executable_path=chromium, args=args)
        await pictures(browser, url)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
