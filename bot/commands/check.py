"""`python -m bot check`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from bot.commands.common import env_file, settings_for
from bot.settings import Settings


@click.command("check")
@env_file
@click.option("-v", "--verbose", is_flag=True, help="Also list the phrases that are asked back.")
def command(path: Path, verbose: bool) -> None:
    """Prove what can be proved without running: catalogue, words, flows, and how dates are understood.

    One line per problem; exit code 1 when there is one.
    """
    settings = settings_for(path, need_token=False)
    problems = 0
    checks: tuple[tuple[str, Callable[[Settings], list[str]]], ...] = (
        ("catalogue", _catalogue),
        ("cancelling", _cancelling),
        ("replies", _replies),
        ("vetting rules", _rules),
        ("words", _words),
        ("flows", _flows),
    )
    for name, look in checks:
        found = look(settings)
        for line in found:
            click.echo(line)
        problems += len(found)
        click.echo(f"{name}: {'ok' if not found else f'{len(found)} problems'}")
    problems += _phrases(verbose)
    if problems:
        raise SystemExit(1)


def _catalogue(settings: Settings) -> list[str]:
    from bot.catalogue_file import CatalogueErrors, read_catalogue

    try:
        read_catalogue(settings.catalogue_file)
    except CatalogueErrors as error:
        return list(error.lines())
    return []


def _cancelling(settings: Settings) -> list[str]:
    from bot.cancel_file import CancelFileError, read_cancelling

    try:
        read_cancelling(settings.cancelling_file)
    except CancelFileError as error:
        return [str(error)]
    return []


def _replies(settings: Settings) -> list[str]:
    from bot.replies_file import RepliesErrors, read_replies

    try:
        read_replies(settings.replies_file)
    except RepliesErrors as error:
        return str(error).splitlines()
    return []


def _rules(settings: Settings) -> list[str]:
    from bot.vetting_file import RulesErrors, read_rules

    try:
        read_rules(settings.vetting_file)
    except RulesErrors as error:
        return list(error.lines())
    return []


def _words(settings: Settings) -> list[str]:
    from dialogs.words_check import problems

    return problems()


def _flows(settings: Settings) -> list[str]:
    from bot.flow_samples import check_flows

    return check_flows(settings)


def _phrases(verbose: bool) -> int:
    from dialogs.understanding.phrases import figures

    found = figures()
    for row in found.rows:
        if row.verdict == "wrong" or (verbose and row.verdict == "asked back"):
            wanted, got = " | ".join(row.phrase.wanted), " | ".join(row.got) or "nothing"
            click.echo(f"{row.verdict}: {row.phrase.text!r}: wanted {wanted}, got {got}")
    click.echo(f"phrases: {found.right} right, {found.wrong} wrong, {found.asked_back} asked back")
    return found.wrong
