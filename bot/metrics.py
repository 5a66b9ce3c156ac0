"""What can be counted, for /metrics. One registry per app: nothing lives in the module."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from storage.outbox_care import Backlog

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_DELAYS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0)
_SIZES = (1, 2, 5, 10, 25, 50, 100)


class PlainCounter(Collector):
    """A counter with labels for what happens several times with every update, all of it in one thread.

    Prometheus' own looks up its labels and takes a lock each time, which costs ten times as much. (It also says when it
    began; this one does not.)
    """

    def __init__(
        self, name: str, documentation: str, labels: tuple[str, ...], registry: CollectorRegistry
    ) -> None:
        self._name, self._documentation, self._labels = name, documentation, labels
        #: How often, by the values of the labels.
        self.counts: defaultdict[tuple[str, ...], int] = defaultdict(int)
        registry.register(self)

    def describe(self) -> list[CounterMetricFamily]:
        return [CounterMetricFamily(self._name, self._documentation, labels=self._labels)]

    def collect(self) -> Iterator[CounterMetricFamily]:
        (family,) = self.describe()
        for values, count in list(self.counts.items()):
            family.add_metric(values, count)
        yield family


class Metrics:
    """Every figure of the running bot. Labels are methods and kinds, never people."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.turns = Counter(
            "orderclerk_turns", "Events carried out, by kind", ["kind"], registry=self.registry
        )
        self.batch_seconds = Histogram(
            "orderclerk_batch_seconds",
            "Time from a batch of events to its commit",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.batch_size = Histogram(
            "orderclerk_batch_size", "Events in a batch", buckets=_SIZES, registry=self.registry
        )
        self.batches_failed = Counter(
            "orderclerk_batches_failed",
            "Batches that could not be committed and were tried again",
            registry=self.registry,
        )
        self.sends = PlainCounter(
            "orderclerk_sends",
            "Calls of the channel, by method and outcome",
            ("method", "outcome"),
            self.registry,
        )
        self.settled = PlainCounter(
            "orderclerk_outbox_settled",
            "Outbox rows that ended or went back, by outcome",
            ("outcome",),
            self.registry,
        )
        self.delivery_delay = Histogram(
            "orderclerk_delivery_delay_seconds",
            "From when a row was due to when it was sent",
            buckets=_DELAYS,
            registry=self.registry,
        )
        self.alarms = Counter(
            "orderclerk_alarms",
            "Things a person has to look at, by kind",
            ["kind"],
            registry=self.registry,
        )
        self.queued = Gauge(
            "orderclerk_outbox_rows",
            "Open outbox rows, by state",
            ["state"],
            registry=self.registry,
        )
        self.oldest_waiting = Gauge(
            "orderclerk_outbox_oldest_seconds",
            "How long the oldest row that could go has been due",
            registry=self.registry,
        )
        self.timers_due = Gauge(
            "orderclerk_timers_due", "Timers that are due and have not run", registry=self.registry
        )
        self.oldest_timer = Gauge(
            "orderclerk_timers_oldest_seconds",
            "How long the oldest due timer has been due",
            registry=self.registry,
        )
        self.parked = Gauge(
            "orderclerk_parked_events",
            "Events whose handler failed and that wait for a person",
            registry=self.registry,
        )
        self.leases = Gauge(
            "orderclerk_lease_held",
            "1 while this process holds it",
            ["name"],
            registry=self.registry,
        )

        self.backup_at = Gauge(
            "orderclerk_backup_timestamp_seconds",
            "When the newest backup in BACKUP_DIR was made; 0: there is none",
            registry=self.registry,
        )
        self.backup_bytes = Gauge(
            "orderclerk_backup_bytes", "How large it is", registry=self.registry
        )

    def saw(self, backlog: Backlog, now: datetime) -> None:
        """Take over what the database says is waiting."""
        self.queued.labels("queued").set(backlog.queued)
        self.queued.labels("sending").set(backlog.sending)
        self.oldest_waiting.set(_age(backlog.oldest_due, now))
        self.timers_due.set(backlog.timers_due)
        self.oldest_timer.set(_age(backlog.oldest_timer, now))
        self.parked.set(backlog.parked)

    def text(self) -> bytes:
        """The page Prometheus reads."""
        return generate_latest(self.registry)


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
