"""A provider's profile: what they can do, when, and how much of it."""

from __future__ import annotations

from dialogs.declared import Field, Flow, Step
from dialogs.parts import Choice, FreeText, Link, MultiChoice, Number, Row, Tell
from dialogs.words import N_
from orders.brief import check_notes

#: Orders at a time that a profile may name.
CAPACITY_MAX = 20

PROFILE = Flow(
    name="profile",
    fields=(
        Field(name="languages", kind=list),
        Field(name="categories", kind=list),
        Field(name="skills", kind=list),
        Field(name="capacity", kind=int),
        Field(name="hours"),
        Field(name="quiet"),
        Field(name="qualifications"),
    ),
    steps=(
        Step(
            name="languages",
            asks="languages",
            parts=(MultiChoice(key="choice", field="languages", options="languages", columns=2),),
        ),
        Step(
            name="categories",
            asks="categories",
            parts=(MultiChoice(key="choice", field="categories", options="categories", columns=2),),
        ),
        Step(
            name="skills",
            asks="skills",
            parts=(
                MultiChoice(key="choice", field="skills", options="skills", columns=2, minimum=0),
            ),
        ),
        Step(
            name="capacity",
            asks="capacity",
            parts=(
                Number(key="count", field="capacity", minimum=1, maximum=CAPACITY_MAX, start=3),
            ),
        ),
        Step(
            name="hours",
            asks="hours",
            parts=(Choice(key="choice", field="hours", options="hours"),),
        ),
        Step(
            name="quiet",
            asks="quiet",
            parts=(Choice(key="choice", field="quiet", options="quiet"),),
        ),
        Step(
            name="qualifications",
            asks="qualifications",
            parts=(
                FreeText(
                    key="text", field="qualifications", check=check_notes, skip=N_("Nothing to add")
                ),
            ),
        ),
        Step(
            name="summary",
            needs=("profile",),
            parts=(
                Tell(
                    key="save_profile",
                    label=N_("✅ Save my profile"),
                    style="success",
                    aliases=("save", "保存", "yes", "ok"),
                ),
                Row(
                    key="edit",
                    parts=(
                        Link(key="languages", label=N_("✏️ Languages"), to="languages"),
                        Link(key="categories", label=N_("✏️ Fields"), to="categories"),
                        Link(key="skills", label=N_("✏️ Skills"), to="skills"),
                        Link(key="capacity", label=N_("✏️ Orders at a time"), to="capacity"),
                        Link(key="hours", label=N_("✏️ Working hours"), to="hours"),
                        Link(key="quiet", label=N_("✏️ Quiet hours"), to="quiet"),
                        Link(key="qualifications", label=N_("✏️ About me"), to="qualifications"),
                    ),
                ),
            ),
        ),
    ),
    hub="summary",
)
