"""What is written by hand is what the library would write, and is read back as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dialogs import keeping
from dialogs.content import Button, Content, Media
from dialogs.model import State
from storage.serial import written

_LINE = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_BUTTON = st.builds(
    Button,
    label=_LINE,
    action=st.none() | st.integers(0, 99),
    url=st.none() | _LINE,
    pay=st.booleans(),
    style=st.sampled_from(("", "primary", "success", "danger")),
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _LINE,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_LINE, inner, max_size=2),
    max_leaves=4,
)
_OBJECT = st.dictionaries(_LINE, _JSON, max_size=3)
_STATE = st.builds(
    State,
    flow=_LINE,
    fingerprint=_LINE,
    step=_LINE,
    answers=_OBJECT,
    trail=st.lists(st.tuples(_LINE, _OBJECT), max_size=3).map(tuple),
    view=_OBJECT,
    revision=st.integers(1, 999),
    offered=st.lists(
        st.tuples(_LINE, _LINE, _JSON, st.lists(_LINE, max_size=2).map(tuple)), max_size=3
    ).map(tuple),
    misses=st.integers(0, 3),
    nudges=st.integers(0, 3),
    nudge_at=st.none() | st.integers(0, 2**33),
    dropped=st.lists(_LINE, max_size=2).map(tuple),
    seen=_JSON,
)


@given(
    st.builds(
        Content,
        text=_LINE,
        buttons=st.lists(st.lists(_BUTTON, max_size=3).map(tuple), max_size=3).map(tuple),
    )
)
def test_words_and_buttons_are_written_as_the_library_writes_them(content: Content) -> None:
    assert keeping.json_of(keeping.plain_content(content)) == written(content)


def test_whatever_else_there_is_is_left_to_the_library() -> None:
    others = [
        Content(text="x", media=Media(kind="photo", asset="a.png")),
        Content(text="x", keyboard=(("a",),)),
        Content(text="x", remove_keyboard=True),
        Content(text="x", reply_to=3),
        Content(text="x", silent=True),
    ]
    assert [keeping.plain_content(content) for content in others] == [None] * len(others)


@given(st.lists(_STATE, max_size=2).map(tuple))
def test_states_come_back_as_they_were(states: tuple[State, ...]) -> None:
    text = keeping.dump(states)
    assert keeping.load(text) == states
    assert keeping.readable(text) == states


def test_what_the_quick_library_refuses_is_written_all_the_same() -> None:
    assert (
        keeping.json_of({"n": 2**70, "of": {1: "a"}})
        == '{"n":1180591620717411303424,"of":{"1":"a"}}'
    )


@given(_STATE, _STATE)
def test_a_state_with_other_buttons_is_otherwise_the_same(state: State, other: State) -> None:
    wanted = state._replace(offered=other.offered, revision=other.revision)
    assert state.offering(other.offered, other.revision) == wanted
