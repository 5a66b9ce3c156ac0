from __future__ import annotations

import pytest
from playwright.async_api import Browser


@pytest.mark.asyncio(loop_scope="session")
async def test_the_browser_draws_a_page(browser: Browser) -> None:
    page = await browser.new_page()
    await page.set_content("<button onclick=\"this.textContent = '好'\">press</button>")
    await page.get_by_role("button").click()
    assert await page.get_by_role("button").inner_text() == "好"
    await page.close()
