"""The running program: settings, command line, wiring, intake, delivery, heartbeat, channels."""
