"""An order from the browser: both languages, on a desktop and on a phone, against the real demo."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOT = Path(__file__).parents[2]
#: Seconds until the demo must serve, and milliseconds for whatever is waited for in a page.
START_WITHIN = 120
WITHIN = 20_000
ORDER = re.compile(r"\b([2-9A-HJKMNP-RTV-Z]{3}-[2-9A-HJKMNP-RTV-Z]{4})\b")

SIZES: dict[str, ViewportSize] = {
    "desktop": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo: both processes, started once for all orders."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0"]
    with subprocess.Popen(
        [*command, "--data", str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        # A demo that never says that it is ready would be waited for without end.
        late = threading.Timer(START_WITHIN, process.kill)
        late.start()
        try:
            ready = next((line for line in process.stdout if line.startswith("ready ")), "")
            late.cancel()
            assert ready, "\n".join(path.read_text() for path in folder.glob("*.log"))
            yield ready.split()[1]
        finally:
            late.cancel()
            process.terminate()


@dataclass
class Customer:
    """Somebody who orders, in the first column of a page."""

    page: Page
    column: Locator

    async def says(self, text: str) -> None:
        await self.column.get_by_role("textbox").fill(text)
        await self.page.keyboard.press("Enter")
        await expect(self.column.locator(".own .text", has_text=text).last).to_be_visible()

    async def taps(self, label: str) -> None:
        await self.column.locator(".keys .key", has_text=label).last.click()

    async def sees(self, text: str) -> Locator:
        message = self.column.locator(".theirs .bubble", has_text=text).last
        await expect(message).to_be_visible()
        return message

    async def pays(self) -> None:
        """Through the payment sheet, at the second look."""
        sheet = self.column.get_by_role("dialog")
        await self.column.locator(".key.pay").last.click()
        await sheet.get_by_role("button", name=re.compile("Walk away|不付了")).click()
        await expect(sheet).to_be_hidden()
        await self.column.locator(".key.pay").last.click()
        await sheet.locator(".wide-button.primary").click()
        await expect(sheet).to_be_hidden()


@asynccontextmanager
async def opened(browser: Browser, url: str, language: str, size: str) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport=SIZES[size],
        locale={"zh": "zh-CN", "en": "en-GB"}[language],
        has_touch=size == "phone",
    )
    context.set_default_timeout(WITHIN)
    expect.set_options(timeout=WITHIN)
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "request",
        lambda request: problems.append(request.url) if outside(request.url, url) else None,
    )
    try:
        await page.goto(url)
        yield page
        assert problems == []
    finally:
        await context.close()


def outside(address: str, url: str) -> bool:
    return not address.startswith((url, url.replace("http:", "ws:"), "data:", "blob:"))


async def newcomer(page: Page, language: str, name: str) -> Customer:
    """Make a person in the page and play them, as whoever shows the demo would."""
    column = page.locator("section.column").first
    await column.locator(".persona .menu-opener").click()
    await column.get_by_role("menuitem", name=re.compile("New person|新建人物")).click()
    sheet = column.get_by_role("dialog")
    await sheet.get_by_role("textbox").first.fill(name)
    await sheet.get_by_role("combobox").select_option(language)
    await sheet.get_by_role("button", name=re.compile("Create|创建")).click()
    await expect(column.locator(".persona-name")).to_have_text(name)
    await column.get_by_role("button", name=re.compile("^(Start|开始)$")).click()
    return Customer(page, column)


async def order_in_chinese(customer: Customer) -> None:
    """On-location filming, paid in CNY by card or wallet."""
    await customer.sees("您好")
    await customer.taps("上门拍摄")
    await customer.taps("标准")
    await customer.sees("目标")
    await customer.says("为春季新品拍一套主图和短视频，放在天猫首页")
    await customer.sees("最早")
    await customer.says("一个月后")
    await customer.sees("必须做到")
    await customer.says("要有模特，白底和场景图各一半")
    await customer.sees("请核对")
    await customer.taps("确认")
    invoice = await customer.sees("合计")
    await expect(invoice).to_contain_text("¥")
    await customer.pays()
    await customer.sees("已收到您的付款")


async def order_in_english(customer: Customer) -> None:
    """Short videos, paid with Stars."""
    await customer.sees("Hello")
    await customer.taps("Short video")
    await customer.taps("Standard")
    await customer.sees("What is it for")
    await customer.says("Launch our new cold-brew tea on TikTok and bring people to the shop")
    await customer.sees("By when")
    await customer.says("in four weeks")
    await customer.sees("Please check your order")
    await customer.taps("Confirm")
    invoice = await customer.sees("Total")
    await expect(invoice).to_contain_text("⭐")
    await customer.pays()
    await customer.sees("Payment received")


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_an_order_from_start_to_receipt(
    browser: Browser, demo: str, language: Literal["zh", "en"], size: Literal["desktop", "phone"]
) -> None:
    name = {"zh": "小禾", "en": "Nora"}[language] + {"desktop": " A", "phone": " B"}[size]
    async with opened(browser, demo, language, size) as page:
        customer = await newcomer(page, language, name)
        await (order_in_chinese if language == "zh" else order_in_english)(customer)
        receipt = await customer.sees({"zh": "已收到您的付款", "en": "Payment received"}[language])
        number = ORDER.search(await receipt.inner_text())
        assert number is not None

        if size == "phone":
            await page.get_by_role("tab").last.click()
        support = page.locator("section.column").last
        await expect(support.locator(".bubble", has_text=number[1]).first).to_be_visible()
        await expect(support.locator(".bubble", has_text=name).first).to_be_visible()


async def test_switching_the_language_changes_the_client_and_the_customer(
    browser: Browser, demo: str
) -> None:
    async with opened(browser, demo, "en", "desktop") as page:
        customer = page.locator("section.column").first
        await expect(customer.locator(".persona")).to_contain_text("Customer")
        await expect(customer.locator(".persona-name")).to_have_text("Anna")
        await page.get_by_role("button", name="中文").click()
        await expect(customer.locator(".persona")).to_contain_text("客户")
        await expect(customer.locator(".persona-name")).to_have_text("林晓")
        await page.reload()
        await expect(customer.locator(".persona-name")).to_have_text("林晓")


async def test_a_tap_on_a_day_moves_the_clock_and_the_bot_follows(
    browser: Browser, demo: str
) -> None:
    async with opened(browser, demo, "en", "desktop") as page:
        clock = page.locator(".clock-now")
        before = await clock.inner_text()
        await page.get_by_role("button", name="+1 day").click()
        await expect(page.get_by_role("button", name="+1 day")).to_be_enabled()
        await expect(clock).not_to_contain_text(before.split()[1])


async def test_the_tour_plays_in_the_columns_and_can_be_paused(browser: Browser, demo: str) -> None:
    async with opened(browser, demo, "en", "desktop") as page:
        customer = page.locator("section.column").first
        await page.get_by_role("button", name="Play the tour").click()
        await expect(customer.locator(".persona-name")).to_have_text("周宁")
        await expect(customer.locator(".theirs .bubble").first).to_be_visible()
        await page.get_by_role("button", name="Pause the tour").click()
        await expect(page.get_by_role("button", name="Continue the tour")).to_be_visible()
        # What was under way when it was paused may still arrive.
        await page.wait_for_timeout(2500)
        said = await customer.locator(".own .bubble").count()
        await page.wait_for_timeout(2500)
        assert await customer.locator(".own .bubble").count() == said
        await page.get_by_role("button", name="Continue the tour").click()
        await expect(customer.locator(".invoice")).to_be_visible(timeout=60_000)
