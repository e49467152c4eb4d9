"""``verify --replay``: judge stored facts again, without the files they are about."""

import sys

from app.cli.command import Run
from app.cli.exit_codes import ExitCode
from app.cli.report_lines import show_report
from app.cli.verdict_codes import of_report
from app.crypto.verdict.report_json import to_json
from app.crypto.verifying.replay_model import ReplayRequest
from app.texts.catalogue import _
from app.texts.showing import local_time, plain


def run_replay(run: Run, request: ReplayRequest) -> ExitCode:
    """Judge and show; that nothing was established anew is said first, in JSON beside it."""
    answer = run.services.replaying.replay(request)
    words = _(
        "Judged again from stored facts of {moment}, by the policy “{policy}”. The files themselves "
        "were not looked at: whether the facts are true depends on who keeps {file}."
    )
    told = words.format(
        moment=local_time(answer.established), policy=answer.policy, file=plain(request.path.name)
    )
    if run.options.json:
        print(told, file=sys.stderr)
        run.terminal.raw(to_json(answer.report))
    else:
        run.terminal.paragraph(told)
        run.terminal.line()
        show_report(answer.report, run.terminal, because=run.options.because, replayed=True)
    return of_report(answer.report)
