"""Packages for an expert: ``verify --package`` saves one, ``--package-check`` looks at them."""

from pathlib import Path

from app.cli import errors
from app.cli.command import Run, write_json
from app.cli.exit_codes import ExitCode, gravest
from app.crypto.verifying.door import Checked
from app.errors import RoscherkError
from app.reports.printing import PackageChecked
from app.texts.catalogue import _, ngettext
from app.texts.showing import plain
from app.texts.verdicts import Tone

SCHEMA = "roscherk.package-check/1"


def save_package(run: Run, checked: Checked, target: Path | None) -> ExitCode:
    """Save the package for an expert, if one is wanted; what fails does not undo the verdict."""
    if target is None:
        return ExitCode.DONE
    try:
        run.services.packaging.save(checked, target)
    except RoscherkError as error:
        errors.lines(error, about=plain(target))
        return ExitCode.FAILED
    return ExitCode.DONE


def check_packages(run: Run) -> ExitCode:
    """Look at every package that was named; a damaged one is like a failed signature."""
    paths: list[Path] = run.options.files
    found = [(path, run.services.packaging.check(path)) for path in paths]
    if run.options.json:
        packages = [{"path": path, "found": one} for path, one in found]
        write_json({"schema": SCHEMA, "packages": packages})
    else:
        for path, one in found:
            _tell(run, path, one)
    return gravest([_code(one) for _path, one in found])


def _code(found: PackageChecked) -> ExitCode:
    if found.damaged:
        return ExitCode.TOTAL_FAILED
    return ExitCode.DONE if found.replayed else ExitCode.INDETERMINATE


def _tell(run: Run, path: Path, found: PackageChecked) -> None:
    terminal = run.terminal
    terminal.heading(plain(path.name), Tone.PLAIN)
    made = _("Made by: {program}").format(program=plain(found.made_by))
    terminal.paragraph(made, indent="  ")
    if found.damaged:
        terminal.marked(_("The package was changed or damaged."), Tone.BAD)
        for name in found.damaged:
            terminal.paragraph(plain(name), indent="  ", label="–")
        return
    said = ngettext(
        "{n} file has the digests of the manifest.",
        "All {n} files have the digests of the manifest.",
        found.files,
    )
    terminal.marked(said.format(n=found.files), Tone.GOOD)
    if found.replayed:
        words = _("The facts in it give the report in it, octet for octet.")
        terminal.marked(words, Tone.GOOD)
    else:
        words = _(
            "The facts in it give another report now: it was made by another release, or changed."
        )
        terminal.marked(words, Tone.UNSURE)
    terminal.paragraph(
        _(
            "The digests say that the package is whole, not who made it: verify the documents in it."
        ),
        indent="  ",
    )
