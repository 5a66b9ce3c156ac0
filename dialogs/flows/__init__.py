"""The flows, by name."""

from __future__ import annotations

from dialogs.declared import Flow
from dialogs.flows.order import ORDER
from dialogs.flows.profile import PROFILE

FLOWS: dict[str, Flow] = {flow.name: flow for flow in (ORDER, PROFILE)}
