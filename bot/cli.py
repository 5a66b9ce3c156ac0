"""The command line. Each command is a module of its own, imported when it is called.

`--help` must answer at once, so nothing here imports a database, a channel or the settings.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path

import click

from bot.errors import BotError

#: Command, its module below `bot.commands` with a click command `command`, and its line in --help.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": (
        "demo",
        "Try everything in a local Telegram; --tour plays an order in both languages.",
    ),
    "run": ("run", "Be the bot until it is told to stop."),
    "migrate": ("migrate", "Bring the database up to date."),
    "catalogue": ("catalogue", "Load the catalogue, or show the one on offer."),
    "why": ("why", "Tell the whole story of an order: events, transitions, messages, money."),
    "invariants": (
        "invariants",
        "Prove over the database that no money and no step is out of order.",
    ),
    "audit": ("audit", "Print what staff did, to what, and when."),
    "doctor": ("doctor", "Say what the bot lacks: rights, settings, a way to it, backups."),
    "desk": ("desk", "Show the support desk: what is open, and how long people waited."),
    "backup": ("backup", "Copy the database while the bot runs, and prove the copy."),
    "restore": ("restore", "Put a backup back into a database that is new."),
    "parked": ("parked", "Events that could not be handled: list them, retry or drop them."),
    "flows": ("flows", "Draw the conversations, or count whom a release touches."),
    "check": ("check", "Prove catalogue, words, flows and understanding without running."),
    "vetting": ("vetting", "Prove the vetting rules, try them on a text, count what they did."),
    "understand": ("understand", "Say what is recognised in a text."),
    "settings": ("settings", "Print every setting with its meaning, as .env.example."),
}


class _Lazy(click.Group):
    """Imports a command's module only to run it, or to show its own --help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"bot.commands.{COMMANDS[cmd_name][0]}")
        found: click.Command = module.command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--env-file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path(".env"),
    show_default=True,
    help="File with settings; variables of the environment win.",
)
@click.pass_context
def commands(ctx: click.Context, env_file: Path) -> None:
    """Orderclerk takes orders in a chat."""
    ctx.obj = env_file


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit code. Mistakes of the operator are lines on stderr, never a trace."""
    try:
        code = commands.main(args=arguments, prog_name="python -m bot", standalone_mode=False)
    except BotError as error:
        click.echo(str(error), err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Abort:
        return 130
    return code if isinstance(code, int) else 0
