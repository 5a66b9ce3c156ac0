"""The flows, by name."""

from __future__ import annotations

from dialogs.flows.order import ORDER
from dialogs.flows.profile import PROFILE
from dialogs.model import Flow

FLOWS: dict[str, Flow] = {flow.name: flow for flow in (ORDER, PROFILE)}
