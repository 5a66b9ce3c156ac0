"""HTML in, entities out, and back; offsets are UTF-16."""

from __future__ import annotations

from typing import Any

import pytest

from playground.text import utf16
from playground.text.formatted import formatted
from playground.text.html import MarkupError, parse
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
