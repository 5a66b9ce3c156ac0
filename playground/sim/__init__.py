"""The control API: people act, time is moved, faults are set."""
