"""The default vetting rules. An operator's file may replace, remove and add to them: rules_file."""

from __future__ import annotations

from orders.vetting import Rule, RuleKind, Tier


def _list(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split(","))


#: What can be bought that should have been earned.
_BOUGHT = (
    r"(?:followers?|subscribers?|likes|views|plays|streams|reviews|ratings|upvotes|comments"
    r"|retweets)"
)
_FAKED = (
    r"(?:followers?|subscribers?|likes|views|plays|streams|reviews?|ratings|upvotes|comments"
    r"|retweets|engagement|traffic|fans|members|votes|orders|sales|accounts|buyers|testimonials)"
)
_BOTTED = (
    r"(?:followers?|subscribers?|likes|views|plays|streams|upvotes|comments|traffic|engagement"
    r"|accounts|votes)"
)
#: What may stand between the verb and the thing: numbers, praise, the platform.
_BETWEEN = (
    r"(?:[\d,.]+\s*k?|k|some|more|real|cheap|active|organic|positive|good|a|lot|lots|of|me|us|our|my"
    r"|thousands?|hundreds?|million|instagram|ig|insta|tik\s?tok|douyin|xiaohongshu|rednote|youtube"
    r"|facebook|fb|twitter|google|amazon|etsy|trustpilot|yelp|taobao|tmall|app\sstore|video"
    r"|page|product|star|five|high|quality|premium)"
)
_HOW_MANY = r"(?:一?[点些批波下]|[\d.]+\s*[万千百wk]?个?|几[百千万]个?|[一二三五十百千万]+个?)"
_SOME = r"(?:真实|真人|活|的|优质)*"

_BRUSHES = "印刷, 牙刷, 毛刷, 粉刷, 洗刷, 涂刷, 冲刷, 眉刷, 鞋刷, 化妆刷, 刷子"
_OTHER_FANS = """粉底, 粉饼, 粉色, 粉红, 粉扑, 粉条, 粉末, 粉笔, 粉丝煲, 粉丝汤, 粉丝专属,
    粉丝周边, 粉丝福利, 粉丝团, 粉丝节, 粉丝价, 粉丝群, 粉丝见面, 涨粉包装, 涨粉包含, 涨粉包括"""
_OTHER_WORDS = """赞助, 赞美, 赞赏, 单曲, 单反, 放假, 暑假, 寒假, 休假, 度假, 请假, 现代, 当代,
    时代, 年代, 古代, 潜水, 刷订阅号, 刷阅读器, 刷单骗局, 刷单诈骗, 刷单返利骗局, 刷单陷阱"""

#: Fake engagement is refused; what may be harmless waits for a person.
DEFAULT_RULES: tuple[Rule, ...] = (
    Rule(
        key="fake_engagement_zh",
        tier=Tier.REFUSE,
        kind=RuleKind.WORDS,
        values=_list(
            """刷粉, 刷赞, 刷单, 刷量, 刷评价, 刷评分, 刷好评, 刷销量, 刷流量, 刷关注, 刷点赞,
            刷人气, 刷阅读, 刷播放, 刷收藏, 刷转发, 刷互动, 刷观众, 刷订阅, 刷数据, 代刷,
            买粉, 买赞, 买点赞, 买关注, 买好评, 买评论, 买播放, 买阅读, 买销量, 买订阅,
            买人气, 涨粉包, 涨粉套餐, 僵尸粉, 机器粉, 假粉, 假赞, 假评论, 假好评, 虚假好评,
            虚假评论, 虚假评价, 虚假交易, 虚假流量, 虚构交易, 水军, 点赞机器人, shuafen,
            shua fen, shuadan, shua dan, shualiang, shua liang"""
        ),
        unless=_list(f"{_BRUSHES}, {_OTHER_FANS}, {_OTHER_WORDS}"),
        negatable=True,
    ),
    Rule(
        key="fake_engagement_zh_phrase",
        tier=Tier.REFUSE,
        kind=RuleKind.PATTERN,
        values=(
            rf"刷(?:上|到|够|满)?{_HOW_MANY}\s*{_SOME}(?:粉|赞|好评|播放|阅读|销量|关注|点赞|收藏|评论)",
            rf"买{_HOW_MANY}\s*{_SOME}(?:粉|赞|点赞|好评|播放|阅读|关注)",
        ),
        unless=_list(f"{_BRUSHES}, {_OTHER_FANS}, {_OTHER_WORDS}"),
        negatable=True,
    ),
    Rule(
        key="fake_engagement_en",
        tier=Tier.REFUSE,
        kind=RuleKind.PATTERN,
        values=(
            rf"\b(?:buy|buying|bought|purchase|purchasing|purchased)(?:[\s-]*{_BETWEEN}\b)*"
            rf"[\s-]*{_BOUGHT}\b",
            rf"\b(?:fake|fraudulent|fabricated|phony)[\s-]+(?:{_BETWEEN}[\s-]+)*{_FAKED}\b",
            rf"\b(?:bots?|botted)[\s-]+(?:{_BETWEEN}[\s-]+)*{_BOTTED}\b",
            r"\b(?:view|follow|follower|stream|upvote)[\s-]?bot(?:s|ting)?\b",
            r"\b(?:click|bot|review)[\s-]?farm(?:s|ing)?\b",
            rf"\b(?:inflate|boost|pump)\s+(?:\w+\s+){{0,4}}?(?:{_FAKED}|numbers)"
            r"\s+(?:with|by|using)\s+(?:bots?|fake|scripts?)\b",
            r"\bbrush(?:ing)?[\s-]+(?:orders|scam|sales)\b",
            r"\bastroturf(?:ing)?\b",
        ),
        unless=_list(
            "verified purchase, post purchase, after purchase, pre purchase, repeat purchase"
        ),
        negatable=True,
    ),
    Rule(
        key="engagement_trade",
        tier=Tier.REVIEW,
        kind=RuleKind.WORDS,
        values=_list(
            """补单, 好评返现, 互粉, 互赞, 包上热门, 保证热门, 包涨粉, 保证涨粉, 点赞业务, 控评,
            刷评论, 卖粉, 死粉, follow for follow, follow4follow, f4f, l4l, sub4sub,
            like for like, engagement pod, engagement pods, guaranteed followers,
            incentivized reviews, incentivised reviews, paid reviews, review exchange"""
        ),
        unless=_list(f"{_BRUSHES}, {_OTHER_FANS}, 刷评论区, 钱包涨粉, 红包涨粉"),
        negatable=True,
    ),
    Rule(
        key="written_reviews",
        tier=Tier.REVIEW,
        kind=RuleKind.PATTERN,
        values=(
            r"(?:写|发|做|弄|搞)[\d一二三五十百千几两]+\s*[条个篇]\s*(?:五星)?好评",
            r"\b(?:write|post|leave|create|add|place|publish)\s+(?:us\s+|me\s+)?\d+\s+"
            r"(?:\w+\s+){0,2}?(?:positive|good|(?:5|five)[\s-]*stars?)\s+(?:\w+\s+){0,2}?reviews\b",
        ),
        negatable=True,
    ),
    Rule(
        key="illegal",
        tier=Tier.REFUSE,
        kind=RuleKind.WORDS,
        values=_list(
            """赌博, 博彩, 网赌, 赌场, 私彩, 色情, 裸聊, 约炮, 招嫖, 洗钱, 跑分, 假币, 电信诈骗,
            钓鱼网站, 仿冒网站, 代开发票, online casino, sports betting, pornographic, porn,
            escort service, money laundering, phishing page, phishing site, counterfeit"""
        ),
        unless=_list(
            "性能跑分, 手机跑分, 显卡跑分, 电脑跑分, 跑分测试, 跑分软件, 评测跑分, 放假币"
        ),
        negatable=True,
    ),
    Rule(
        key="regulated",
        tier=Tier.REVIEW,
        kind=RuleKind.WORDS,
        values=_list(
            """减肥药, 壮阳, 包治, 根治, 医美, 医疗广告, 处方药, 保健品, 网贷, 贷款, 理财, 荐股,
            虚拟货币, 加密货币, 代币, 电子烟, 烟草, 彩票, 微整形, weight loss pills,
            prescription drugs, payday loan, payday loans, forex signals, crypto,
            cryptocurrency, token sale, gambling, vape, vapes, tobacco, lottery"""
        ),
        unless=_list("现代币, 古代币, 年代币"),
        negatable=True,
    ),
    Rule(
        key="large_order",
        tier=Tier.REVIEW,
        kind=RuleKind.AMOUNT,
        amounts={"CNY": 2_000_000, "USD": 300_000, "EUR": 300_000, "XTR": 20_000},
    ),
    Rule(
        key="watched_offers",
        tier=Tier.REVIEW,
        kind=RuleKind.CATEGORY,
        values=("risk:high", "plan:custom"),
    ),
)
