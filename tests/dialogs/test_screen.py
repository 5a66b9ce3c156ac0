"""What a screen is stored as is what the chat is to show."""

from __future__ import annotations

import pytest

from dialogs import keeping
from dialogs.content import Button, Content, Media, Plain
from dialogs.model import State
from dialogs.screen import Screen
from storage.serial import typed, written


def shown(text: str, picture: str | None = None, *buttons: Plain) -> Screen:
    return Screen(
        state=State("toy", "v1", "theme"),
        text=text,
        picture=picture,
        buttons=[buttons] if buttons else [],
    )


@pytest.mark.parametrize(
    ("screen", "content"),
    [
        (shown(""), Content()),
        (shown("<b>你好</b>"), Content(text="<b>你好</b>")),
        (
            shown("Which?", "covers/shop.png", {"label": "‹ Back", "action": 0}),
            Content(
                text="Which?",
                media=Media(kind="photo", asset="covers/shop.png"),
                buttons=((Button(label="‹ Back", action=0),),),
            ),
        ),
    ],
)
def test_a_screen_as_it_is_stored(screen: Screen, content: Content) -> None:
    assert typed(Content, screen.content()) == content
    assert keeping.json_of(screen.content()) == written(content)
