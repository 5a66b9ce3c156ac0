from __future__ import annotations

import pytest

IN_A_TEST = """
    import pytest
    def test_it():
        pytest.skip("no browser")
"""
AT_IMPORT = """
    import pytest
    pytest.skip("no server", allow_module_level=True)
"""
EXPECTED = """
    import pytest
    @pytest.mark.xfail
    def test_it():
        assert False
"""
PASSING = """
    def test_it():
        pass
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(pytester, monkeypatch)


class Run:
    """Runs two test files, the given one and one that passes, with or without CI."""

    def __init__(self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pytester = pytester
        self.monkeypatch = monkeypatch

    def __call__(self, source: str, ci: str) -> pytest.RunResult:
        self.monkeypatch.setenv("CI", ci)
        self.pytester.makepyfile(test_given=source, test_other=PASSING)
        self.pytester.makeconftest("from tests.skips import pytest_configure")
        return self.pytester.runpytest_inprocess("-p", "no:asyncio")


@pytest.mark.parametrize(
    ("source", "reason"), [(IN_A_TEST, "no browser"), (AT_IMPORT, "no server")]
)
def test_a_skip_fails_ci_and_is_named(run: Run, source: str, reason: str) -> None:
    result = run(source, ci="true")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*this run has failed*", f"test_given.py*: *{reason}"])


@pytest.mark.parametrize("source", [IN_A_TEST, AT_IMPORT])
@pytest.mark.parametrize("ci", ["", "0", "false"])
def test_a_skip_is_fine_on_a_laptop(run: Run, source: str, ci: str) -> None:
    assert run(source, ci).ret == pytest.ExitCode.OK


@pytest.mark.parametrize("source", [EXPECTED, PASSING])
def test_what_did_run_is_no_skip(run: Run, source: str) -> None:
    assert run(source, ci="true").ret == pytest.ExitCode.OK
