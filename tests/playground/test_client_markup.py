"""What people and bots write becomes HTML that cannot leave its place."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.client.markup import safe_html, safe_url
from playground.text import utf16
from playground.world.model import Json

#: Tag → the attributes it may have.
ALLOWED = {
    "b": set(),
    "i": set(),
    "u": set(),
    "s": set(),
    "code": set(),
    "pre": {"data-language"},
    "blockquote": {"class", "role", "tabindex"},
    "span": {"class", "role", "tabindex"},
    "a": {"href", "target", "rel", "role", "tabindex", "data-command", "data-mention"},
}  # type: dict[str, set[str]]
SCHEMES = ("http:", "https:", "mailto:", "tel:", "tg:")


class Reader(HTMLParser):
    """Reads HTML as a browser does and holds against it whatever is not allowed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.wrong: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        if tag not in ALLOWED:
            self.wrong.append(f"<{tag}>")
            return
        for name, value in attrs:
            if name not in ALLOWED[tag]:
                self.wrong.append(f"<{tag} {name}>")
            if name == "href" and not str(value).lower().startswith(SCHEMES):
                self.wrong.append(f"href {value!r}")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.wrong.append(f"<{tag}/>")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment {data!r}")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"declaration {decl!r}")

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def entity(kind: str, offset: int, length: int, **more: Any) -> Json:
    return {"type": kind, "offset": offset, "length": length, **more}


KINDS = (
    "bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "blockquote",
    "expandable_blockquote", "text_link", "url", "email", "phone_number", "mention", "text_mention",
    "bot_command", "hashtag", "cashtag", "custom_emoji", "never_heard_of",
)  # fmt: skip
NASTY = st.lists(
    st.sampled_from(
        ["<", ">", '"', "'", "&", "=", "/", "\n", " ", "a", "茶", "😀", "<b>", "</pre>", "\u202e",
         "<script>alert(1)</script>", "javascript:alert(1)", "&lt;", "onload=", "-->", "\x00"]
    ),
    max_size=14,
).map("".join)  # fmt: skip
URLS = st.sampled_from(
    ["https://a.b/?x=1&y=2", "javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,<b>",
     "vbscript:x", "java\nscript:alert(1)", 'https://a.b/"onclick="alert(1)', "http://[", "//a.b",
     "tg://resolve?domain=x", "mailto:a@b.c", ""]
)  # fmt: skip


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Json]]:
    """A text with entities anywhere in it, overlapping as they please."""
    text = draw(NASTY)
    end = utf16.length(text)
    entities = []
    for _ in range(draw(st.integers(0, 5))):
        first = draw(st.integers(0, end))
        length = draw(st.integers(0, end - first))
        one = entity(draw(st.sampled_from(KINDS)), first, length)
        if draw(st.booleans()):
            one |= {"url": draw(URLS), "language": draw(NASTY), "user": {"id": 1}}
        entities.append(one)
    return text, entities


@settings(max_examples=300)
@given(marked())
def test_no_text_and_no_entity_can_leave_its_place(case: tuple[str, list[Json]]) -> None:
    text, entities = case
    reader = read(safe_html(text, entities))
    assert reader.wrong == []
    assert reader.open == []
    # Null characters are a browser's own business; line breaks after blocks are taken away.
    assert reader.text.replace("\n", "") == text.replace("\n", "")


@pytest.mark.parametrize(
    ("text", "entities", "html"),
    [
        ("<b>no</b>", [], "&lt;b&gt;no&lt;/b&gt;"),
        ("bold", [entity("bold", 0, 4)], "<b>bold</b>"),
        (
            "site",
            [entity("text_link", 0, 4, url="https://a.b/?x=1&y=2")],
            '<a href="https://a.b/?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">site</a>',
        ),
        ("run", [entity("text_link", 0, 3, url="javascript:alert(1)")], "run"),
        (
            "a.cn/x",
            [entity("url", 0, 6)],
            '<a href="https://a.cn/x" target="_blank" rel="noopener noreferrer">a.cn/x</a>',
        ),
        ("/help", [entity("bot_command", 0, 5)], '<a role="link" tabindex="0" data-command="/help">/help</a>'),
        ("@anna", [entity("mention", 0, 5)], '<a role="link" tabindex="0" data-mention="anna">@anna</a>'),
        ("x=1", [entity("pre", 0, 3, language="py")], '<pre data-language="py">x=1</pre>'),
        ("x=1", [entity("pre", 0, 3, language='"><img>')], "<pre>x=1</pre>"),
        (
            "quote\nafter",
            [entity("blockquote", 0, 5)],
            "<blockquote>quote</blockquote>after",
        ),
        ("😀秘密", [entity("spoiler", 2, 2)], '😀<span class="spoiler" role="button" tabindex="0">秘密</span>'),
    ],
)  # fmt: skip
def test_formatting(text: str, entities: list[Json], html: str) -> None:
    assert safe_html(text, entities) == html


@pytest.mark.parametrize(
    "url", ["javascript:x", "data:text/html,x", "//a.b", "", "http://[", "file:///etc/passwd"]
)
def test_an_address_that_could_do_harm_is_none(url: str) -> None:
    assert safe_url(url) is None
