from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from bot import yaml_places
from bot.catalogue_entries import LANGUAGES
from bot.catalogue_file import CatalogueErrors, read_catalogue
from orders.catalogue import FIXED_PLAN_KEYS, PLAN_KEYS, Catalogue, Nature, canonical

DEMO = Path(__file__).parents[2] / "catalogue" / "demo.yaml"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20

VALID = """\
plan_titles:
  basic: {zh: 基础版, en: Basic}
  standard: {zh: 标准版, en: Standard}
  premium: {zh: 高级版, en: Premium}
categories:
  video:
    title: {zh: 视频, en: Video}
    emoji: 🎬
skills:
  editing: {zh: 剪辑, en: Editing}
services:
  clip:
    category: video
    nature: digital
    picture: clip.png
    skills: [editing]
    ask: [notes]
    popular: 1
    title: {zh: 短视频, en: Short video}
    summary: {zh: 一条短视频, en: One short video}
    audience: {zh: 卖家, en: Sellers}
    goal_guidance: {zh: 目的？, en: What for}
    goal_example: {zh: 推新品, en: A launch}
    requirements_guidance: {zh: 要求？, en: Details}
    requirements_example: {zh: 30 秒, en: 30 seconds}
    aliases: [剪辑, clip]
    plans:
      basic: &plan
        summary: {zh: 一条, en: One}
        deliverables:
          zh: [成片]
          en: [A video]
        period_days: 3
        revisions: 1
        prices: {CNY: 199, USD: 29.50, XTR: 1600}
      standard: *plan
      premium:
        title: {zh: 尊享版, en: Deluxe}
        summary: {zh: 三条, en: Three}
        deliverables:
          zh: [成片]
          en: [Videos]
        period_days: 9
        revisions: 2
        report_every_days: 3
        risk: high
        prices: {XTR: 25000}
      custom:
        title: {zh: 定制, en: Custom}
        summary: {zh: 面议, en: Ask us}
        deliverables:
          zh: [报价]
          en: [A quote]
"""
SECOND = VALID[VALID.index("  clip:\n") :].replace("&plan", "&other").replace("*plan", "*other")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "clip.png").write_bytes(PNG)
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"\0" * 20)
    (tmp_path / "not.png").write_bytes(b"GIF89a")
    with (tmp_path / "huge.png").open("wb") as file:
        file.write(PNG)
        file.truncate(10_000_001)
    return tmp_path


def read(folder: Path, text: str | bytes) -> Catalogue:
    path = folder / "catalogue.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_catalogue(path)


def mistakes(folder: Path, text: str | bytes) -> list[str]:
    """The lines reported, without the file's name."""
    with pytest.raises(CatalogueErrors) as caught:
        read(folder, text)
    prefix = f"{folder / 'catalogue.yaml'}:"
    lines = list(caught.value.lines())
    assert str(caught.value) == "\n".join(lines)
    assert all(line.startswith(prefix) and "\n" not in line for line in lines)
    return [line.removeprefix(prefix) for line in lines]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_valid_file_is_read_whole(folder: Path) -> None:
    catalogue = read(folder, VALID)
    service = catalogue.service("clip")
    assert service is not None
    assert service.nature is Nature.DIGITAL
    assert service.title == {"zh": "短视频", "en": "Short video"}
    assert (service.skills, service.ask, service.popular) == (("editing",), ("notes",), 1)
    assert [plan.key for plan in service.plans] == list(PLAN_KEYS)
    basic, standard, premium, custom = service.plans
    assert basic.prices == {"CNY": 19900, "USD": 2950, "XTR": 1600}
    assert basic.title["en"] == "Basic"
    assert standard.title["zh"] == "标准版"
    assert standard.prices == basic.prices
    assert (premium.title["en"], premium.risk, premium.report_every_days) == ("Deluxe", "high", 3)
    assert (custom.period_days, custom.prices, custom.revisions) == (None, {}, 0)
    assert catalogue.skills[0].title["en"] == "Editing"
    assert catalogue.categories[0].emoji == "🎬"


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake(folder: Path) -> None:
    marked = b"\xef\xbb\xbf" + VALID.replace("\n", "\r\n").encode()
    assert read(folder, marked) == read(folder, VALID)


def test_texts_are_made_safe_to_show(folder: Path) -> None:
    text = VALID.replace("en: Sellers", 'en: "Sel\\u200bl\\ud800ers\\n  and  \\u202e makers"')
    service = read(folder, text).services[0]
    assert service.audience["en"] == "Sellers and makers"
    text = VALID.replace("en: Sellers", 'en: "\\u200b"')
    assert [line.split(": ", 2)[2] for line in mistakes(folder, text)] == [
        "is empty: write the text"
    ]


@pytest.mark.parametrize(
    ("old", "new", "where", "message"),
    [
        ("summary: {zh: 一条短视频, en: One short video}", "summary: {zh: 一条短视频}",
         "services.clip.summary", "`en` is missing"),
        ("en: [Videos]", "de: [Videos]",
         "services.clip.plans.premium.deliverables", "`en` is missing"),
        ("en: Sellers", "en: ''", "services.clip.audience.en", "is empty"),
        ("en: Sellers", "en:", "services.clip.audience.en", "is empty"),
        ("en: Sellers", "en: 42", "services.clip.audience.en", "put it in quotes"),
        ("en: Sellers", "en: [Sellers]", "services.clip.audience.en", "expected a single value"),
        ("{zh: 卖家, en: Sellers}", "Sellers", "services.clip.audience", "expected `name: value`"),
        ("audience: {zh: 卖家, en: Sellers}", "audience:",
         "services.clip.audience", "found nothing"),
        ("zh: 视频, en: Video", "zh: 视频, en: " + "V" * 33,
         "categories.video.title.en", "has 33 characters: shorten it to 32"),
        ("en: One short video", "en: " + "x" * 256,
         "services.clip.summary.en", "has 256 characters: shorten it to 255"),
        ("zh: 短视频,", "zh: " + "🎬" * 17 + ",", "services.clip.title.zh", "has 34 characters"),
        ("zh: [成片]\n          en: [Videos]", "zh: [成片, 封面]\n          en: [Videos]",
         "services.clip.plans.premium.deliverables", "different number of things per language"),
        ("en: [Videos]", "en: []",
         "services.clip.plans.premium.deliverables.en", "has 0 entries"),
        ("{XTR: 25000}", "{XTR: 25001}", "services.clip.plans.premium.prices.XTR", "25001 Stars"),
        ("{XTR: 25000}", "{CNY: 100}",
         "services.clip.plans.premium.prices", "a digital service needs a price in XTR"),
        ("{XTR: 25000}", "{XTR: 500, CNY: 0}",
         "services.clip.plans.premium.prices.CNY", "is zero"),
        ("{XTR: 25000}", "{XTR: -5}", "services.clip.plans.premium.prices.XTR", "not a number"),
        ("{XTR: 25000}", "{XTR: 1e3}", "services.clip.plans.premium.prices.XTR", "not a number"),
        ("{XTR: 25000}", "{XTR: 10.5}",
         "services.clip.plans.premium.prices.XTR", "decimals (1): XTR has none"),
        ("{XTR: 25000}", "{XTR: 500, USD: 9.999}",
         "services.clip.plans.premium.prices.USD", "decimals (3): USD has 2"),
        ("{XTR: 25000}", "{XTR: 500, USD: 10000000000.00}",
         "services.clip.plans.premium.prices.USD", "above what an invoice can hold"),
        ("{XTR: 25000}", "{XTR: 500, RMB: 10}",
         "services.clip.plans.premium.prices.RMB", "`RMB` is not a known currency"),
        ("{XTR: 25000}", "500", "services.clip.plans.premium.prices", "expected `name: value`"),
        ("nature: digital", "nature: digitl", "services.clip.nature", "did you mean `digital`?"),
        ("category: video", "category: vidoe", "services.clip.category", "did you mean `video`?"),
        ("category: video", "category: shop", "services.clip.category", "use one of video"),
        ("    popular: 1", "    populer: 1", "services.clip.populer", "did you mean `popular`?"),
        ("    popular: 1", "    popular: 1.5", "services.clip.popular", "whole number"),
        ("    popular: 1", "    <<: {a: 1}", "services.clip.<<", "not a known field"),
        ("skills: [editing]", "skills: [editting]", "services.clip.skills[0]",
         "did you mean `editing`?"),
        ("skills: [editing]", "skills: editing", "services.clip.skills", "expected a list"),
        ("ask: [notes]", "ask: [goal]", "services.clip.ask[0]", "`goal` is not a known part"),
        ("ask: [notes]", "ask: [notes, notes]", "services.clip.ask[1]", "here twice"),
        ("  clip:\n", "  Clip-1:\n", "services.Clip-1", "cannot be a key"),
        ("  clip:\n", f"  {'c' * 25}:\n", f"services.{'c' * 25}", "at most 24"),
        ("      premium:", "      extra:", "services.clip.plans", "`premium` is missing"),
        ("period_days: 9", "period_days: 0", "services.clip.plans.premium.period_days", "1 to 365"),
        ("revisions: 2", "revisions: 21", "services.clip.plans.premium.revisions", "0 to 20"),
        ("revisions: 2", "revisions: two", "services.clip.plans.premium.revisions", "not a number"),
        ("report_every_days: 3", "report_every_days: 10",
         "services.clip.plans.premium.report_every_days", "1 to 9"),
        ("risk: high", "risk: hihg", "services.clip.plans.premium.risk", "did you mean `high`?"),
        ("        title: {zh: 定制, en: Custom}\n", "",
         "services.clip.plans.custom", "`title` is missing"),
        ("        title: {zh: 定制, en: Custom}\n",
         "        title: {zh: 定制, en: Custom}\n        period_days: 3\n",
         "services.clip.plans.custom.period_days", "not a known field"),
        ("picture: clip.png", "picture: gone.png", "services.clip.picture", "cannot be read"),
        ("picture: clip.png", "picture: not.png", "services.clip.picture", "neither PNG nor JPEG"),
        ("picture: clip.png", "picture: huge.png", "services.clip.picture", "10.0 MB"),
        ("picture: clip.png", "picture: ../clip.png", "services.clip.picture", "below the folder"),
        ("picture: clip.png", "picture: /clip.png", "services.clip.picture", "below the folder"),
        ("picture: clip.png", "picture: .", "services.clip.picture", "cannot be read"),
        ("aliases: [剪辑, clip]", "aliases: [剪辑, clip, Clip]", "services.clip.aliases[2]",
         "here twice"),
        ("aliases: [剪辑, clip]", "aliases: [no]", "services.clip.aliases[0]", "put it in quotes"),
        ("    popular: 1", "    popular: 1\n    popular: 2", "services.clip.popular",
         "is here twice, first on line 18"),
        ("    emoji: 🎬", "    emoji: 🎬\n  video:\n    emoji: 🎬",
         "categories.video", "here twice"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_where_it_is(
    folder: Path, old: str, new: str, where: str, message: str
) -> None:
    assert VALID.count(old) == 1
    text = VALID.replace(old, new)
    found = [line for line in mistakes(folder, text) if f": {where}: " in line and message in line]
    assert len(found) == 1, mistakes(folder, text)
    key = re.sub(r"\[\d+\]$", "", where).rpartition(".")[2]
    number = int(found[0].split(":")[0])
    assert key in text.splitlines()[number - 1]


def test_a_real_world_service_needs_yuan_and_dollars_and_may_do_without_stars(
    folder: Path,
) -> None:
    text = VALID.replace("nature: digital", "nature: real_world")
    assert mistakes(folder, text) == [
        f"{line_of(text, 'prices: {XTR')}: services.clip.plans.premium.prices: "
        f"a real-world service needs a price in {currency}: add it"
        for currency in ("CNY", "USD")
    ]
    read(folder, text.replace("XTR: 1600", "HKD: 9").replace("{XTR: 25000}", "{CNY: 1, USD: 1}"))


def test_all_mistakes_are_reported_at_once_in_file_order(folder: Path) -> None:
    text = (
        VALID.replace("emoji: 🎬", "emojy: 🎬")
        .replace("nature: digital", "nature: analog")
        .replace("period_days: 9", "period_days: never")
    )
    lines = mistakes(folder, text)
    assert [line.split(": ")[1] for line in lines] == [
        "categories.video",
        "categories.video.emojy",
        "services.clip.nature",
        "services.clip.plans.premium.period_days",
    ]


def test_two_services_cannot_share_rank_title_or_alias(folder: Path) -> None:
    text = VALID + SECOND.replace("  clip:", "  film:")
    first = VALID.count("\n")
    at = {part: first + line_of(SECOND, part) for part in ("popular", "title", "aliases")}
    assert mistakes(folder, text) == [
        f"{at['popular']}: services.film.popular: rank 1 is taken by `clip`: choose another",
        f"{at['title']}: services.film.title.en: "
        "`Short video` is the title of `clip`: choose another",
        f"{at['title']}: services.film.title.zh: `短视频` is the title of `clip`: choose another",
        f"{at['aliases']}: services.film.aliases[0]: "
        "`剪辑` is an alias of `clip`: keep it in one of them",
        f"{at['aliases']}: services.film.aliases[1]: "
        "`clip` is an alias of `clip`: keep it in one of them",
    ]
    other = (
        SECOND.replace("  clip:", "  film:")
        .replace("popular: 1", "popular: 2")
        .replace("{zh: 短视频, en: Short video}", "{zh: 影片, en: Film}")
        .replace("aliases: [剪辑, clip]", "aliases: [short  VIDEO]")
    )
    (only,) = mistakes(folder, VALID + other)
    assert only.endswith(
        "services.film.aliases[0]: `short VIDEO` is the title of `clip`: keep it in one of them"
    )
    assert read(folder, VALID + other.replace("short  VIDEO", "film")).service("film")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "is empty"),
        ("# nothing\n", 1, "is empty"),
        ("categories:\n  a: [1, 2\nservices: {}\n", 3, "is not valid YAML"),
        ("categories:\n\tvideo: 1\n", 2, "is not valid YAML"),
        ("a: 1\n---\nb: 2\n", 2, "is not valid YAML"),
        ("a: *nowhere\n", 1, "is not valid YAML"),
        ("a: 1\nb: \x00\n", 2, "has a character YAML does not allow"),
        (b"a: 1\nb: \xff\n", 2, "is not UTF-8"),
        ("[" * 5000, 1, ""),
        ("- a\n- b\n", 1, "expected `name: value` lines; found a list"),
        ("categories: {}\nservices:\n", 1, "categories: has no category"),
        ("categories: {}\nservices:\n", 2, "services: expected `name: value` lines; found nothing"),
        ("categories: {}\nservices:\n  [a, b]: 1\n", 3, "services: a name must be a single word"),
        ("services: &a {b: *a}\ncategories: 1\n", 1, "services.b"),
    ],
)  # fmt: skip
def test_what_is_no_catalogue_at_all_is_said_kindly(
    folder: Path, text: str | bytes, line: int, message: str
) -> None:
    found = mistakes(folder, text)
    assert any(entry.startswith(f"{line}: ") and message in entry for entry in found), found


def test_a_file_that_is_not_there_is_a_mistake_too(tmp_path: Path) -> None:
    with pytest.raises(CatalogueErrors, match="cannot be read"):
        read_catalogue(tmp_path / "none.yaml")
    with pytest.raises(CatalogueErrors, match="cannot be read"):
        read_catalogue(tmp_path)


@pytest.fixture(scope="module")
def demo() -> Catalogue:
    return read_catalogue(DEMO)


def test_it_reads_the_same_without_libyaml(
    demo: Catalogue, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = VALID.replace("popular: 1", "popular: one").replace("🎬", '"a\\nb"')
    said = mistakes(folder, broken)
    assert said
    monkeypatch.setattr(yaml_places, "_FAST", None)
    assert read_catalogue(DEMO) == demo
    assert mistakes(folder, broken) == said


def test_the_demo_offers_enough(demo: Catalogue) -> None:
    assert len(demo.categories) >= 6
    assert len(demo.services) >= 16
    assert {service.nature for service in demo.services} == set(Nature)
    assert all(demo.in_category(category.key) for category in demo.categories)
    assert len(demo.popular(6)) == 6
    for service in demo.services:
        assert [plan.key for plan in service.plans] == list(PLAN_KEYS)
        assert len(service.aliases) >= 10
        assert service.skills


def test_a_bigger_plan_of_the_demo_costs_more_and_brings_more(demo: Catalogue) -> None:
    for service in demo.services:
        plans = [plan for plan in service.plans if plan.key in FIXED_PLAN_KEYS]
        for small, big in pairwise(plans):
            where = f"{service.key}.{big.key}"
            assert small.prices.keys() == big.prices.keys(), where
            assert all(small.prices[code] < big.prices[code] for code in small.prices), where
            assert (small.period_days or 0) <= (big.period_days or 0), where
            assert small.revisions <= big.revisions, where


def test_prices_of_the_demo_agree_across_currencies(demo: Catalogue) -> None:
    for service in demo.services:
        for plan in service.plans:
            if plan.is_custom:
                continue
            dollars = plan.prices["USD"] / 100
            assert 5 <= plan.prices["CNY"] / 100 / dollars <= 8, (service.key, plan.key)
            assert ("XTR" in plan.prices) is (service.nature is Nature.DIGITAL)
            if "XTR" in plan.prices:
                assert 0.013 <= dollars / plan.prices["XTR"] <= 0.02, (service.key, plan.key)


def test_the_demo_is_written_in_both_languages(demo: Catalogue) -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    for service in demo.services:
        text = canonical(service)
        assert "TODO" not in text
        for words in (service.summary, service.audience, service.goal_guidance):
            assert set(words) == set(LANGUAGES)
            assert han.search(words["zh"])
            assert not han.search(words["en"])


def test_the_pictures_of_the_demo_are_light(demo: Catalogue) -> None:
    for service in demo.services:
        assert (DEMO.parent / service.picture).stat().st_size <= 80_000, service.picture
    names = {service.picture for service in demo.services}
    assert len(names) == len(demo.services)
