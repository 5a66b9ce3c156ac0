"""Who plays in the demo: customers, staff, providers, and their groups. Made once per data folder."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from playground.people import Playground


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Ids in the playground."""

    customer_zh: int
    customer_en: int
    provider: int
    admin: int
    finance: int
    staff_chat: int
    providers_chat: int


async def seed(url: str, path: Path, token: str, username: str) -> Cast:
    """Make everybody, or find them again after a restart."""
    known = await asyncio.to_thread(_read, path)
    if known is not None:
        return known
    async with Playground(url) as playground:
        await playground.bot(token, username, "Orderclerk")
        lin = await playground.person("林晓", "zh", username="linxiao", phone="+8613800138000")
        anna = await playground.person("Anna", "en", username="anna", phone="+6581234567")
        jun = await playground.person("阿俊", "zh", username="ajun")
        mei = await playground.person("Mei", "en", username="mei_support")
        bo = await playground.person("Bo", "en", username="bo_finance")
        staff = await playground.group("Orderclerk · Staff", [mei, bo], forum=True)
        providers = await playground.group("Orderclerk · Providers", [mei, jun])
        cast = Cast(
            customer_zh=lin.id,
            customer_en=anna.id,
            provider=jun.id,
            admin=mei.id,
            finance=bo.id,
            staff_chat=staff.id,
            providers_chat=providers.id,
        )
    await asyncio.to_thread(path.write_text, json.dumps(asdict(cast)), encoding="utf-8")
    return cast


def _read(path: Path) -> Cast | None:
    return Cast(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None
