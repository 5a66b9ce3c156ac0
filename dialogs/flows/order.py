"""Ordering: find a service, choose a plan, say what it is for and by when, check, confirm."""

from __future__ import annotations

from collections.abc import Callable

from dialogs.declared import Field, Flow, Step
from dialogs.flows.order_reader import read_order
from dialogs.model import Answers, FactSource, Go, Json, Outcome, Put, Scene
from dialogs.parts import Attachments, Calendar, Choice, FreeText, Link, PagedList, Row, Tell
from dialogs.parts.base import BasePart
from dialogs.parts.files import readable_files
from dialogs.words import N_
from orders.brief import check_goal, check_notes, check_requirements
from orders.deadlines import Deadline


class SearchBox(BasePart):
    """Whatever is typed here is looked for."""

    @property
    def fields(self) -> tuple[str, ...]:
        return ("service",)

    @property
    def targets(self) -> tuple[str, ...]:
        return ("search", "service")

    def said(self, scene: Scene, text: str) -> Outcome | None:
        hits = scene.facts("hits", scene.answers, {"q": text})
        if len(hits) == 1:
            return Put({"service": hits[0].value}, None if "plan" in scene.answers else "service")
        return Go("search", {"q": text[:80]}) if hits else None


def _asked(part: str) -> Callable[[Answers, FactSource], bool]:
    def when(answers: Answers, facts: FactSource) -> bool:
        return part in facts("asked", answers, {})

    return when


def _service_exists(value: Json, answers: Answers, facts: FactSource) -> bool:
    return facts("service", {"service": value}, {}) is not None


def _plan_exists(value: Json, answers: Answers, facts: FactSource) -> bool:
    """A plan may be named before its service."""
    return "service" not in answers or any(
        option.value == value for option in facts("plans", answers, {})
    )


def _deadline_possible(value: Json, answers: Answers, facts: FactSource) -> bool:
    """Before there is a plan it cannot be told; the plan that is chosen then decides."""
    if not {"service", "plan"} <= set(answers):
        return True
    dates = facts("dates", answers, {})
    return bool(dates.earliest <= Deadline.from_iso(value).day <= dates.latest)


def _method_possible(value: Json, answers: Answers, facts: FactSource) -> bool:
    return not {"service", "plan"} <= set(answers) or any(
        option.value == value for option in facts("methods", answers, {})
    )


def _several_methods(answers: Answers, facts: FactSource) -> bool:
    return len(facts("methods", answers, {})) > 1


def _custom(answers: Answers, facts: FactSource) -> bool:
    return answers.get("plan") == "custom"


def _priced(answers: Answers, facts: FactSource) -> bool:
    return not _custom(answers, facts)


ORDER = Flow(
    name="order",
    fields=(
        Field(name="service", holds=_service_exists),
        Field(name="plan", after=("service",), keep=True, holds=_plan_exists),
        Field(name="goal"),
        Field(name="deadline", after=("service", "plan"), keep=True, holds=_deadline_possible),
        Field(name="budget", after=("service", "plan"), keep=True, optional=True),
        Field(name="requirements", optional=True),
        Field(name="notes", optional=True),
        Field(name="attachments", kind=list, optional=True, holds=readable_files),
        Field(
            name="method",
            after=("service", "plan"),
            keep=True,
            optional=True,
            holds=_method_possible,
        ),
        #: The draft that is being changed, when it is one.
        Field(name="order", kind=int, optional=True),
    ),
    steps=(
        Step(
            name="home",
            asks="service",
            needs=("popular",),
            keep=N_("▶️ Continue my order"),
            parts=(
                Choice(key="popular", field="service", options="popular", columns=2),
                Row(
                    key="ways",
                    parts=(
                        Link(
                            key="categories",
                            label=N_("🗂 All services"),
                            to="categories",
                            aliases=("全部服务", "分类"),
                        ),
                        Tell(key="orders", label=N_("📋 My orders"), aliases=("我的订单", "订单")),
                        Tell(key="language", label=N_("🌐 中文")),
                        Tell(key="help", label=N_("❓ Help"), aliases=("帮助",)),
                    ),
                ),
                SearchBox(key="search"),
            ),
        ),
        Step(
            name="categories",
            parts=(
                PagedList(
                    key="list",
                    options="categories",
                    then="category",
                    variable="category",
                    size=8,
                    columns=2,
                ),
                SearchBox(key="search"),
            ),
        ),
        Step(
            name="category",
            needs=("category",),
            parts=(
                PagedList(key="list", options="in_category", field="service", size=6),
                SearchBox(key="search"),
            ),
        ),
        Step(
            name="search",
            needs=("query", "found"),
            parts=(
                PagedList(key="list", options="hits", field="service", size=6),
                Link(key="categories", label=N_("🗂 All services"), to="categories"),
                SearchBox(key="search"),
            ),
        ),
        Step(
            name="service",
            asks="plan",
            needs=("service", "rating"),
            keep=N_("Keep this plan ›"),
            picture="picture",
            parts=(
                Choice(key="plan", field="plan", options="plans"),
                Row(
                    key="ways",
                    parts=(
                        Link(
                            key="compare",
                            label=N_("⚖️ Compare plans"),
                            to="compare",
                            aliases=("对比", "compare"),
                        ),
                        Link(key="home", label=N_("🔎 Other services"), to="home"),
                    ),
                ),
            ),
        ),
        Step(
            name="compare",
            after=("service",),
            needs=("service",),
            parts=(Choice(key="plan", field="plan", options="plans", columns=2),),
        ),
        Step(
            name="goal",
            asks="goal",
            after=("service", "plan"),
            needs=("service", "plan"),
            parts=(FreeText(key="text", field="goal", check=check_goal),),
        ),
        Step(
            name="deadline",
            asks="deadline",
            needs=("plan", "dates"),
            parts=(Calendar(key="day", field="deadline"),),
        ),
        Step(
            name="budget",
            asks="budget",
            when=_custom,
            needs=("plan",),
            parts=(
                FreeText(key="text", field="budget", check=check_notes, skip=N_("No fixed budget")),
            ),
        ),
        Step(
            name="requirements",
            asks="requirements",
            when=_asked("requirements"),
            after=("service",),
            needs=("service",),
            parts=(
                FreeText(
                    key="text",
                    field="requirements",
                    check=check_requirements,
                    skip=N_("Nothing special"),
                ),
            ),
        ),
        Step(
            name="notes",
            asks="notes",
            when=_asked("notes"),
            parts=(FreeText(key="text", field="notes", check=check_notes, skip=N_("No notes")),),
        ),
        Step(
            name="attachments",
            asks="attachments",
            when=_asked("attachments"),
            parts=(
                Attachments(key="files", field="attachments", caption="notes", check=check_notes),
            ),
        ),
        Step(
            name="method",
            after=("service", "plan"),
            parts=(Choice(key="method", field="method", options="methods"),),
        ),
        Step(
            name="summary",
            needs=("service", "plan", "quote", "credit", "method", "terms", "files"),
            parts=(
                Tell(
                    key="confirm",
                    label=N_("✅ Confirm and get the invoice"),
                    style="success",
                    aliases=("确认", "确认下单", "confirm", "yes", "ok", "好的", "是"),
                    when=_priced,
                ),
                Tell(
                    key="ask_quote",
                    label=N_("✅ Ask for a quote"),
                    style="success",
                    aliases=("确认", "confirm", "yes", "ok", "好的", "是"),
                    when=_custom,
                ),
                Row(
                    key="edit",
                    parts=(
                        Link(key="service", label=N_("✏️ Service"), to="home"),
                        Link(key="plan", label=N_("✏️ Plan"), to="service"),
                        Link(key="goal", label=N_("✏️ Goal"), to="goal"),
                        Link(key="deadline", label=N_("✏️ Deadline"), to="deadline"),
                        Link(key="requirements", label=N_("✏️ Requirements"), to="requirements"),
                        Link(key="notes", label=N_("✏️ Notes"), to="notes"),
                        Link(key="attachments", label=N_("📎 Attachments"), to="attachments"),
                        Link(key="budget", label=N_("✏️ Budget"), to="budget", when=_custom),
                        Link(
                            key="method",
                            label=N_("💳 Way to pay"),
                            to="method",
                            when=_several_methods,
                        ),
                    ),
                ),
                Tell(key="terms", label=N_("📄 Terms"), aliases=("条款",)),
            ),
        ),
    ),
    hub="summary",
    reader=read_order,
)
