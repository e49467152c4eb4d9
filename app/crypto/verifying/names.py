"""How signatures and their documents are called. Light: the window imports it too."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

SIGNATURE_SUFFIXES = (".sig", ".sgn", ".p7s", ".p7m", ".sign")
PRACTICE_MARK = ".УЧЕБНАЯ"

_NUMBER = re.compile(r" \(\d+\)$")


def signature_beside(document: Path) -> Path | None:
    """Return a signature file that by its name belongs to this document, if one lies beside it."""
    wanted = [
        f"{document.name}{mark}{suffix}"
        for suffix in SIGNATURE_SUFFIXES
        for mark in ("", PRACTICE_MARK)
    ]
    for name in wanted:
        candidate = document.with_name(name)
        if candidate.is_file():
            return candidate
    return None


def names_of_original(signature: Path) -> Iterator[Path]:
    """Yield what the original should be called by the name of its detached signature."""
    name = signature.name
    lowered = name.lower()
    for suffix in SIGNATURE_SUFFIXES:
        if lowered.endswith(suffix) and len(name) > len(suffix):
            base = name[: -len(suffix)]
            plain = _NUMBER.sub("", base)  # as a second signature beside the first is named
            bases = (
                base,
                base.removesuffix(PRACTICE_MARK),
                plain,
                plain.removesuffix(PRACTICE_MARK),
            )
            yield from (signature.with_name(each) for each in dict.fromkeys(bases) if each)
            return


def are_signatures(paths: Sequence[Path]) -> bool:
    """Tell by their names whether files are signatures that came, documents beside theirs or not.

    Whoever opens such files in a file manager wants a verdict, not another signature over them.
    """
    named = [path for path in paths if path.name.lower().endswith(SIGNATURE_SUFFIXES)]
    documents = {each for path in named for each in names_of_original(path)}
    return bool(named) and documents.issuperset(set(paths) - set(named))


def name_of_enclosed(signature: Path) -> Path:
    """Return how the document inside a signature file is to be called.

    The plainest of its possible names: a number or a mark behind ``.docx`` would leave a file that
    no program opens.
    """
    *_, plainest = (
        signature.with_name(f"{signature.name}.document"),
        *names_of_original(signature),
    )
    return plainest
