"""HTML in, entities out, and back; offsets are UTF-16."""

from __future__ import annotations

from typing import Any

import pytest

from playground.text import utf16
from playground.text.formatted import formatted
from playground.text.html import MarkupError, parse
from playground.text.markdown import parse_legacy, parse_v2
from playground.text.show import to_html


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>bold</b>", "bold", [entity("bold", 0, 4)]),
        ("😀<i>x</i>", "😀x", [entity("italic", 2, 1)]),
        ("你好<b>茶</b>", "你好茶", [entity("bold", 2, 1)]),
        ("a &lt;b&gt; &amp; &quot;c&quot; &#33;&#x21;", 'a <b> & "c" !!', []),
        ("&nbsp;&unknown;", "&nbsp;&unknown;", []),
        ("<a href='http://a.b/c'>l</a>", "l", [entity("text_link", 0, 1, url="http://a.b/c")]),
        ('<a href="tg://user?id=7">l</a>', "l", [entity("text_mention", 0, 1, user_id=7)]),
        (
            '<pre><code class="language-py">x</code></pre>',
            "x",
            [entity("pre", 0, 1, language="py")],
        ),
        ("<blockquote expandable>q</blockquote>", "q", [entity("expandable_blockquote", 0, 1)]),
        ('<span class="tg-spoiler">s</span>', "s", [entity("spoiler", 0, 1)]),
        ("<B>UPPER</B>", "UPPER", [entity("bold", 0, 5)]),
        ("<b></b>empty", "empty", []),
    ],
)
def test_html(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert parse(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("你<x>", 'Unsupported start tag "x" at byte offset 3'),
        ("</b>", "Unexpected end tag at byte offset 0"),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        (
            "<a href>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=b/c>y</a>", "Unexpected end of name token at byte offset 8"),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
def test_broken_html(source: str, error: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse(source)
    assert str(caught.value) == error


def test_white_space_is_trimmed_and_entities_follow() -> None:
    assert formatted("  <b> hi </b> \n", "HTML", None) == ("hi", [entity("bold", 0, 2)])
    assert formatted("   ", "", None) == ("", [])


def test_an_unknown_parse_mode_is_refused() -> None:
    with pytest.raises(MarkupError, match="unsupported parse_mode"):
        formatted("x", "BBCode", None)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("/start now", [("bot_command", "/start")]),
        ("/start@tea_bot", [("bot_command", "/start@tea_bot")]),
        ("1/2 and a/b", []),
        ("see https://example.com/a?b=1.", [("url", "https://example.com/a?b=1")]),
        ("mail a@b.cn or @anna_k #tea $USD", [
            ("email", "a@b.cn"), ("mention", "@anna_k"), ("hashtag", "#tea"), ("cashtag", "$USD"),
        ]),
    ],
)  # fmt: skip
def test_entities_nobody_typed(text: str, kinds: list[tuple[str, str]]) -> None:
    _, entities = formatted(text, "", None)
    assert [(e["type"], utf16.cut(text, e["offset"], e["length"])) for e in entities] == kinds


@pytest.mark.parametrize(
    "source",
    [
        "<b>a<i>b</i></b>c",
        "😀<u>x</u> &lt;tag&gt; &amp;",
        '<a href="http://a.b/?x=1&amp;y=2">l</a>',
        '<pre><code class="language-py">x &lt; y</code></pre>',
        "<blockquote>q</blockquote>",
    ],
)
def test_what_is_shown_is_what_was_sent(source: str) -> None:
    assert to_html(*parse(source)) == source


def test_overlapping_entities_are_shown_well_formed() -> None:
    shown = to_html("abcd", [entity("bold", 0, 3), entity("italic", 1, 3)])
    assert shown == "<b>a<i>bc</i></b><i>d</i>"


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*b* _i_", "b i", [entity("bold", 0, 1), entity("italic", 2, 1)]),
        ("😀`c`", "😀c", [entity("code", 2, 1)]),
        ("```py\nx\n```", "x\n", [entity("pre", 0, 2, language="py")]),
        ("[l](http://a.b/c)", "l", [entity("text_link", 0, 1, url="http://a.b/c")]),
        ("[l](tg://user?id=7)", "l", [entity("text_mention", 0, 1, user_id=7)]),
        (r"\_x\* **", "_x* ", []),
        ("<b>*x*</b>", "<b>x</b>", [entity("bold", 3, 1)]),
    ],
)
def test_legacy_markdown(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert parse_legacy(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*b _i_*", "b i", [entity("italic", 2, 1), entity("bold", 0, 3)]),
        ("__u__ ~s~ ||p||", "u s p", [
            entity("underline", 0, 1), entity("strikethrough", 2, 1), entity("spoiler", 4, 1),
        ]),
        ("___x_**__", "x", [entity("italic", 0, 1), entity("underline", 0, 1)]),
        (r"1\.5 \\ 茶\!", "1.5 \\ 茶!", []),
        ("`a.b*`", "a.b*", [entity("code", 0, 4)]),
        ("```\na_b\n```", "a_b\n", [entity("pre", 0, 4)]),
        (r"[l](http://a.b/\))", "l", [entity("text_link", 0, 1, url="http://a.b/)")]),
        ("![x](tg://emoji?id=5)", "x", [entity("custom_emoji", 0, 1, custom_emoji_id="5")]),
        (">a\n>b\nc", "a\nb\nc", [entity("blockquote", 0, 3)]),
        (">a\n**>b||", "a\nb", [entity("blockquote", 0, 1), entity("expandable_blockquote", 2, 1)]),
    ],
)  # fmt: skip
def test_markdown_v2(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert parse_v2(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("a-b", "Character '-' is reserved and must be escaped with the preceding '\\'"),
        ("x>y", "Character '>' is reserved and must be escaped with the preceding '\\'"),
        ("茶*x", "Can't find end of Bold entity at byte offset 3"),
        ("_x*y_*", "Can't find end of Bold entity at byte offset 5"),
        ("```x", "Can't find end of Pre entity at byte offset 0"),
        ("[x", "Can't find end of TextUrl entity at byte offset 0"),
        ("![x](http://a.b)", "Custom emoji URL must have scheme tg"),
        ("![x](tg://user?id=1)", 'Custom emoji URL must have host "emoji"'),
        ("![x](tg://emoji)", "Custom emoji URL must have an emoji identifier"),
        ("![x](tg://emoji?id=a)", "Invalid custom emoji identifier specified"),
    ],
)
def test_broken_markdown_v2(source: str, error: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse_v2(source)
    assert str(caught.value) == error


def test_given_entities_count_in_utf16_and_found_ones_are_added() -> None:
    bold = entity("bold", 0, 3)
    assert formatted("a😀 /go", "", [bold, entity("bot_command", 0, 1)]) == (
        "a😀 /go",
        [bold, entity("bot_command", 4, 3)],
    )
    assert formatted(" \r\nx", "", [entity("italic", 3, 1)]) == ("x", [entity("italic", 0, 1)])


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (5, "MessageEntity must be an Object"),
        ({"offset": 0, "length": 1}, 'Can\'t find field "type"'),
        ({"type": "bold", "length": 1}, 'Can\'t find field "offset"'),
        ({"type": "bold", "offset": "0", "length": 1}, 'Field "offset" must be of type Number'),
        ({"type": "bold", "offset": -1, "length": 1}, "Receive an entity with incorrect offset -1"),
        ({"type": "huge", "offset": 0, "length": 1}, "Unsupported type specified"),
        ({"type": "text_link", "offset": 0, "length": 1}, 'Can\'t find field "url"'),
    ],
)
def test_given_entities_that_are_none(given: Any, error: str) -> None:
    with pytest.raises(MarkupError) as caught:
        formatted("x", "", [given])
    assert str(caught.value) == error
