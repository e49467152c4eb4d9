"""Keep the catalogues in step with the code: extract, update, compile, and check that nothing lacks.

``texts.py`` rewrites the catalogue; ``texts.py --check`` changes nothing and fails when a text of
the code is not in the catalogue, a text of the catalogue is not in the code, a translation is
missing, or its placeholders differ.
"""

import re
import string
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from build_texts import compile_catalogues

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
WIDTH = 96


def extract() -> Catalog:
    """Gather every text of ``app``."""
    catalogue = Catalog(project="Roscherk", charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        ROOT / "app",
        method_map=[("**.py", "python")],
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
    )
    for name, _line, message, comments, context in found:
        catalogue.add(
            message, locations=[(f"app/{name}", 0)], auto_comments=comments, context=context
        )
    return catalogue


def update(path: Path, template: Catalog) -> None:
    """Rewrite one catalogue: the texts of the code, with the translations that are known."""
    with path.open("rb") as source:
        old = read_po(source, locale=path.parts[-3])
    new = Catalog(locale=old.locale, project="Roscherk", charset="utf-8", fuzzy=False)
    for message in template:
        if not message.id:
            continue
        known = old.get(message.id, message.context)
        new.add(
            message.id,
            known.string if known else "",
            locations=sorted({(file, 0) for file, _ in message.locations}),
            auto_comments=message.auto_comments,
            flags=message.flags,
        )
    with path.open("wb") as target:
        write_po(target, new, sort_output=True, width=WIDTH, include_lineno=False)


def placeholders(text: str) -> set[str]:
    """Return the names of the fields of a format string."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def forms(value: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """Return a text and its plural forms as a list."""
    return [value or ""] if value is None or isinstance(value, str) else list(value)


def troubles_of(message: Message) -> list[str]:
    """Say what is wrong with the translation of one text."""
    source, translated = forms(message.id), forms(message.string)
    if not all(translated):
        return [f"not translated: {source[0]!r}"]
    wanted = placeholders(source[-1])
    # A form for exactly one thing may name it without its number.
    loose = {"n", "count", "number"} if len(translated) > 1 else set()
    return [
        f"placeholders differ: {source[0]!r} → {text!r}"
        for text in translated
        if placeholders(text) - wanted or wanted - placeholders(text) - loose
    ]


def check(path: Path, template: Catalog) -> list[str]:
    """Say what is wrong with one catalogue."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parts[-3])
    in_code = {str(m.id): m for m in template if m.id}
    in_file = {str(m.id): m for m in catalogue if m.id}
    troubles = [f"in the code only: {id_}" for id_ in in_code.keys() - in_file.keys()]
    troubles += [f"in the catalogue only: {id_}" for id_ in in_file.keys() - in_code.keys()]
    for id_ in in_code.keys() & in_file.keys():
        troubles += troubles_of(in_file[id_])
    # An f-string is gathered as rubbish: it would never be found at run time.
    troubles += [f"not a plain text: {id_}" for id_ in in_code if re.search(r"\{[^}]*[(\[]", id_)]
    return troubles


def main(arguments: list[str]) -> int:
    """Update, or check."""
    template = extract()
    troubles = []
    for path in sorted((ROOT / "resources" / "texts").glob("*/LC_MESSAGES/*.po")):
        if "--check" not in arguments:
            update(path, template)
        troubles += [f"{path.relative_to(ROOT)}: {trouble}" for trouble in check(path, template)]
    compile_catalogues(ROOT)
    for trouble in troubles:
        print(trouble, file=sys.stderr)
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
