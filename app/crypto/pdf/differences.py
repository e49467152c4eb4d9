"""What later revisions changed: pyHanko's analysis of differences, asked twice and believed less.

First only further signatures and archival data are allowed. If that does not explain everything,
forms may be filled in as well. What remains unexplained is undefined, whatever it is.
"""

from collections.abc import Iterable

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    ModificationLevel,
    StandardDiffPolicy,
)
from pyhanko.sign.diff_analysis.form_rules_api import FormUpdatingRule
from pyhanko.sign.diff_analysis.rules.form_field_rules import (
    SigFieldCreationRule,
    SigFieldModificationRule,
)
from pyhanko.sign.diff_analysis.rules_api import ReferenceUpdate, WhitelistRule
from pyhanko.sign.fields import FieldMDPSpec

from app.crypto.pdf import form_changes, requirements
from app.crypto.pdf.annotation_rule import AnnotationRule
from app.crypto.pdf.fields import SignatureField, transform
from app.crypto.pdf.store_changes import KEYS_OF_ONE, holds_octets
from app.crypto.verdict.facts import ChangesAfter
from app.values import dataclass


class _ForgottenEvidenceRule(WhitelistRule):
    """Allow entries of the security store that nothing refers to: pyHanko itself leaves such."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        """Clear new dictionaries that are evidence of one signature and nothing else."""
        for reference in new.explicit_refs_in_revision():
            if old.is_ref_unassignable(reference) and _is_entry(new(reference)):
                yield ReferenceUpdate(reference)


def _is_entry(value: object) -> bool:
    return (
        isinstance(value, generic.DictionaryObject)
        and not isinstance(value, generic.StreamObject)
        and value.get("/Type") == "/VRI"
        and value.keys() <= KEYS_OF_ONE
    )


_RULES = [
    *DEFAULT_DIFF_POLICY.global_rules,
    _ForgottenEvidenceRule().as_qualified(ModificationLevel.LTA_UPDATES),
]
_SIGNATURES_ONLY = StandardDiffPolicy(
    global_rules=_RULES,
    form_rule=FormUpdatingRule(field_rules=[SigFieldCreationRule(), SigFieldModificationRule()]),
    ignore_orphaned_objects=False,
)
_NOTES_TOO = StandardDiffPolicy(
    global_rules=[*_RULES, AnnotationRule().as_qualified(ModificationLevel.ANNOTATIONS)],
    form_rule=DEFAULT_DIFF_POLICY.form_rule,
    ignore_orphaned_objects=False,
)
_FORMS_TOO = StandardDiffPolicy(
    global_rules=_RULES,
    form_rule=DEFAULT_DIFF_POLICY.form_rule,
    ignore_orphaned_objects=False,
)
"""pyHanko passes over new objects that nothing refers to. We do not: who writes them into a signed
document prepares something."""


@dataclass(frozen=True)
class Difference:
    """The kind of the changes; ``locked``: a field was changed that the signature locks."""

    changes: ChangesAfter
    locked: bool = False


def review(reader: PdfFileReader, field: SignatureField, revision: int) -> Difference:
    """Review all revisions after ``revision``. Whatever pyHanko stumbles over is undefined."""
    try:
        evidence = all(
            holds_octets(reader.get_historical_root(number))
            for number in range(revision + 1, int(reader.xrefs.total_revisions))
        )
        if not evidence or form_changes.acts(reader, revision):
            return Difference(ChangesAfter.UNDEFINED)
        lock = _lock(field)
        level = _level(reader, revision, _SIGNATURES_ONLY, lock)
        if level is not None and not form_changes.looks_otherwise(reader, revision):
            archival = level <= ModificationLevel.LTA_UPDATES
            return Difference(ChangesAfter.ARCHIVAL if archival else ChangesAfter.SIGNATURE)
        if _level(reader, revision, _FORMS_TOO, lock) is not None:
            anew = form_changes.drawn_anew(reader, revision)
            return Difference(ChangesAfter.UNDEFINED if anew else ChangesAfter.FORM_FILL)
        return _beyond_forms(reader, revision, lock)
    except Exception:  # noqa: BLE001 - a dozen kinds come out of it, and all mean the same
        return Difference(ChangesAfter.UNDEFINED)


def _beyond_forms(reader: PdfFileReader, revision: int, lock: FieldMDPSpec | None) -> Difference:
    """Tell what is neither evidence, nor a signature, nor a form that may be filled in."""
    if _level(reader, revision, _NOTES_TOO, lock, ModificationLevel.ANNOTATIONS) is not None:
        return Difference(ChangesAfter.ANNOTATION)
    locked = lock is not None and _level(reader, revision, _FORMS_TOO, None) is not None
    return Difference(ChangesAfter.UNDEFINED, locked=locked)


def _level(
    reader: PdfFileReader,
    revision: int,
    policy: StandardDiffPolicy,
    lock: FieldMDPSpec | None,
    most: ModificationLevel = ModificationLevel.FORM_FILLING,
) -> ModificationLevel | None:
    """Return how far the changes go under a policy; None: it does not explain them."""
    result = policy.review_file(reader, revision, field_mdp_spec=lock)
    if not isinstance(result, DiffResult) or result.modification_level > most:
        return None
    return result.modification_level


def _lock(field: SignatureField) -> FieldMDPSpec | None:
    if field.value is None:
        return None
    parameters = transform(field.value, "/FieldMDP")
    return None if parameters is None else FieldMDPSpec.from_pdf_object(parameters)


def _is_archival(reader: PdfFileReader) -> bool:
    result = _SIGNATURES_ONLY.review_file(reader, 0)
    return (
        isinstance(result, DiffResult)
        and result.modification_level <= ModificationLevel.LTA_UPDATES
    )


requirements.demand_analysis(_is_archival)
