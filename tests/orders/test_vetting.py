from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.money import Money
from orders.vetting import Reason, Rule, RuleKind, Subject, Tier, vet
from orders.vetting_rules import DEFAULT_RULES

REFUSED = [
    "刷粉",
    "帮我刷1000个粉丝",
    "想买赞",
    "刷 单",
    "刷-量",
    "涨粉包",
    "刷\u200b粉",
    "刷.粉,要快",
    "刷🔥粉",
    "購買僵屍粉",
    "買讚",
    "代刷好评",
    "给我买5万粉丝",
    "购买粉丝1万",
    "buy followers",
    "Buy 1,000 real Instagram followers",
    "I want to purchase 5k youtube subscribers",
    "fake reviews",
    "fake 5-star reviews on Amazon",
    "bot plays",
    "bot views for my video",
    "B u y f o l l o w e r s",
    "bυy fоllowers",
    "buy f0llowers",
    "buying likes",
    "ｂｕｙ ｆｏｌｌｏｗｅｒｓ",
    "inflate play counts with bots... inflate views with bots",
    "需要水军带节奏",
    "shuafen 500",
    "b.u.y f.o.l.l.o.w.e.r.s",
    "刷够一万个粉",
    "刷点赞",
    "botted streams",
    "click farm",
    "线上赌博推广",
    "buy-followers",
    "刷播放量到10万",
]

HONEST = [
    "增长粉丝的内容策略",
    "grow followers organically",
    "推广新品",
    "印刷单页设计",
    "印刷量500份",
    "牙刷销量提升方案",
    "购买赞助位",
    "我们店买粉底液的客户",
    "不要刷粉，要真实增长",
    "不刷单，不买粉",
    "拒绝刷量，做真实内容",
    "no fake followers please",
    "We do not buy followers",
    "without bots or fake reviews",
    "Improve verified purchase reviews",
    "customers who like farm stays",
    "people buy shares of our company",
    "用户刷视频时停留",
    "刷新品牌形象",
    "手机刷机教程视频",
    "反洗钱知识科普视频",
    "放假粉丝福利活动",
    "可以买粉丝专属礼盒",
    "提升播放量和点赞互动",
    "get 10,000 followers by June through good content",
    "encourage customers to review us",
    "reply to five star reviews",
    "Our Telegram bot orders page design",
    "single-page flyer",
    "精准获客,提高好评率",
    "粉刷单间的装修短视频",
    "let's buy ads to get more views",
    "we like bots and robots",
    "buyers, reviews and ratings of our shop: write a summary",
    "涨粉包装一条龙？",
    "提高涨粉速度的短视频",
    "防止刷单的风控科普文章",
    "avoid buying fake followers: an article",
    "post-purchase reviews email flow",
    "detect fake reviews article",
    "视频内容：揭秘刷单骗局",
]

REVIEWED = [
    "补单服务",
    "好评返现卡片设计",
    "微信互粉群",
    "帮我写50条好评",
    "follow for follow campaign",
    "write 50 five star reviews for our shop",
    "guaranteed followers",
    "加密货币项目推广",
    "crypto exchange launch",
    "医美机构短视频",
]


def tier(text: str, where: str = "goal") -> Tier:
    return vet({where: text}, [], Subject(), DEFAULT_RULES).tier


@pytest.mark.parametrize("text", REFUSED)
def test_fake_engagement_and_crime_are_refused(text: str) -> None:
    assert tier(text) is Tier.REFUSE


@pytest.mark.parametrize("text", HONEST)
def test_honest_wishes_pass(text: str) -> None:
    assert vet({"goal": text}, [], Subject(), DEFAULT_RULES).reasons == ()


@pytest.mark.parametrize("text", REVIEWED)
def test_what_may_be_harmless_waits_for_a_person(text: str) -> None:
    assert tier(text) is Tier.REVIEW


def test_a_negation_counts_only_right_before() -> None:
    assert tier("不刷粉") is Tier.PASS
    assert tier("不要太贵，刷粉一千") is Tier.REFUSE
    assert tier("no fake followers") is Tier.PASS
    assert tier("no, fake followers, 1000 of them") is Tier.REFUSE
    assert tier("不刷单，但是要刷粉") is Tier.REFUSE


def test_every_text_and_every_name_is_read() -> None:
    texts = {"goal": "推广新品", "requirements": "顺便刷粉", "notes": "buy followers"}
    verdict = vet(texts, ["刷单_价格表.xlsx", "logo.png"], Subject(), DEFAULT_RULES)
    assert verdict.tier is Tier.REFUSE
    assert [(reason.rule, reason.where, reason.found) for reason in verdict.reasons] == [
        ("fake_engagement_zh", "requirements", "刷粉"),
        ("fake_engagement_zh", "attachment", "刷单"),
        ("fake_engagement_en", "notes", "buy followers"),
    ]


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        (Money(1_999_999, "CNY"), Tier.PASS),
        (Money(2_000_000, "CNY"), Tier.REVIEW),
        (Money(300_000, "USD"), Tier.REVIEW),
        (Money(10**9, "JPY"), Tier.PASS),
        (None, Tier.PASS),
    ],
)
def test_large_orders_wait_for_a_person(price: Money | None, expected: Tier) -> None:
    verdict = vet({"goal": "推广新品"}, [], Subject(price=price), DEFAULT_RULES)
    assert verdict.tier is expected
    if price is not None and expected is Tier.REVIEW:
        found = f"{price.amount} {price.currency}"
        assert verdict.reasons == (Reason("large_order", Tier.REVIEW, "order", found),)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (Subject(service="video", category="short", plan="standard", risk="low"), Tier.PASS),
        (Subject(plan="standard", risk="medium"), Tier.PASS),
        (Subject(plan="standard", risk="high"), Tier.REVIEW),
        (Subject(plan="custom"), Tier.REVIEW),
    ],
)
def test_some_offers_are_always_looked_at(subject: Subject, expected: Tier) -> None:
    assert vet({}, [], subject, DEFAULT_RULES).tier is expected


def test_the_strictest_rule_decides_and_comes_first() -> None:
    verdict = vet({"goal": "加密货币 刷粉"}, [], Subject(plan="custom"), DEFAULT_RULES)
    assert verdict.tier is Tier.REFUSE
    assert [reason.tier for reason in verdict.reasons] == [Tier.REFUSE, Tier.REVIEW, Tier.REVIEW]


def test_innocent_words_excuse_only_what_they_overlap() -> None:
    rule = Rule(key="r", tier=Tier.REFUSE, kind=RuleKind.WORDS, values=("刷单",), unless=("印刷",))
    assert vet({"goal": "印刷单页"}, [], Subject(), [rule]).tier is Tier.PASS
    assert vet({"goal": "印刷单页，再刷单"}, [], Subject(), [rule]).tier is Tier.REFUSE


def test_words_with_letters_are_whole_words() -> None:
    rule = Rule(key="r", tier=Tier.REVIEW, kind=RuleKind.WORDS, values=("ad fraud",))
    for text in ("Ad  Fraud!", "ad-fraud", "ad_fraud", "about ad\nfraud"):
        assert vet({"goal": text}, [], Subject(), [rule]).tier is Tier.REVIEW, text
    for text in ("bad fraud", "ad fraudster", "adfraud"):
        assert vet({"goal": text}, [], Subject(), [rule]).tier is Tier.PASS, text


def test_a_rule_that_passes_says_nothing() -> None:
    with pytest.raises(ValueError, match="name review or refuse"):
        Rule(key="r", tier=Tier.PASS, kind=RuleKind.WORDS, values=("x",))


def test_no_rules_no_reasons() -> None:
    assert vet({"goal": "刷粉"}, [], Subject(), ()).tier is Tier.PASS


@given(st.text(max_size=200))
def test_any_text_gets_a_verdict(text: str) -> None:
    verdict = vet({"goal": text}, [text], Subject(), DEFAULT_RULES)
    assert (verdict.tier is Tier.PASS) == (verdict.reasons == ())
    assert all(len(reason.found) <= 40 for reason in verdict.reasons)


@given(
    st.sampled_from(["刷粉", "买赞", "僵尸粉", "刷单"]),
    st.sampled_from(["", " ", ".", "-", "\u200b", "🔥", "*", "\n", "/", "\u3000"]),
    st.text(alphabet="我们想要做好推广请联系", max_size=6),
)
def test_spacing_out_does_not_help(word: str, gap: str, around: str) -> None:
    assert tier(around + "，" + gap.join(word) + "，" + around) is Tier.REFUSE


def test_a_long_text_is_read_quickly() -> None:
    """No pattern blows up on text that is made to be hard for it."""
    for hard in ("buy real " * 400, "刷" * 3000, "a a " * 800, "boost x " * 400, "no any " * 400):
        assert tier(hard) in set(Tier)
