"""`python -m playground`: a local Telegram on a port of this machine."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from pathlib import Path


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m playground",
        description="A local Telegram: Bot API server, people to play, a clock of its own.",
    )
    parser.add_argument("--port", type=int, default=8081, help="port to serve on (default 8081)")
    parser.add_argument("--host", default="127.0.0.1", help="address (default 127.0.0.1)")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="keep chats, ids and files here across restarts"
    )
    parser.add_argument(
        "--bot",
        action="append",
        default=[],
        metavar="TOKEN:USERNAME",
        help="make this bot before it calls; may be repeated",
    )
    parser.add_argument(
        "--panel",
        type=Path,
        metavar="FILE",
        help="columns, links and buttons of the browser client (JSON; see playground/client/panel.py)",
    )
    parser.add_argument("--strict", action="store_true", help="switch the pace limits on")
    return parser


def main() -> int:
    options = arguments().parse_args()
    begun = time.monotonic()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # Imported late: --help should not wait for the models of the Bot API.
    from playground.client.page import client
    from playground.client.panel import Panel
    from playground.server import free_socket, server
    from playground.world.world import World

    world = World(options.data)
    for given in options.bot:
        token, _, username = given.rpartition(":")
        if ":" not in token:
            token, username = given, ""
        try:
            world.add_bot(token, username or None)
        except ValueError as error:
            print(f"--bot {given}: {error}", file=sys.stderr)
            return 2
    world.pace.switch(options.strict)
    panel = None
    if options.panel is not None:
        try:
            panel = Panel.model_validate_json(options.panel.read_bytes())
        except (OSError, ValueError) as error:
            print(f"--panel {options.panel}: {error}", file=sys.stderr)
            return 2
    try:
        sock = free_socket(options.host, options.port)
    except OSError as error:
        print(f"cannot serve on {options.host}:{options.port}: {error}", file=sys.stderr)
        return 1
    port = sock.getsockname()[1]
    serving = server(world, options.host, port, client(panel))
    took = time.monotonic() - begun
    print(f"playground http://{options.host}:{port} (imported in {took:.1f} s)", flush=True)
    serving.run(sockets=[sock])
    return 0


if __name__ == "__main__":
    sys.exit(main())
