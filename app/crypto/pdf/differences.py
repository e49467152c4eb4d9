"""What later revisions changed: pyHanko's analysis of differences, asked twice and believed less.

First only further signatures and archival data are allowed. If that does not explain everything,
forms may be filled in as well. What remains unexplained is undefined, whatever it is.
"""

from dataclasses import dataclass

from pyhanko.pdf_utils.reader import PdfFileReader
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
from pyhanko.sign.fields import FieldMDPSpec

from app.crypto.pdf.fields import SignatureField, transform
from app.crypto.verdict.facts import ChangesAfter

_SIGNATURES_ONLY = StandardDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules,
    form_rule=FormUpdatingRule(field_rules=[SigFieldCreationRule(), SigFieldModificationRule()]),
)


@dataclass(frozen=True)
class Difference:
    """The kind of the changes; ``locked``: a field was changed that the signature locks."""

    changes: ChangesAfter
    locked: bool = False


def review(reader: PdfFileReader, field: SignatureField, revision: int) -> Difference:
    """Review all revisions after ``revision``. Whatever pyHanko stumbles over is undefined."""
    try:
        lock = _lock(field)
        level = _level(reader, revision, _SIGNATURES_ONLY, lock)
        if level is not None:
            archival = level <= ModificationLevel.LTA_UPDATES
            return Difference(ChangesAfter.ARCHIVAL if archival else ChangesAfter.SIGNATURE)
        if _level(reader, revision, DEFAULT_DIFF_POLICY, lock) is not None:
            return Difference(ChangesAfter.FORM_FILL)
        if lock is not None and _level(reader, revision, DEFAULT_DIFF_POLICY, None) is not None:
            return Difference(ChangesAfter.UNDEFINED, locked=True)
    except Exception:  # noqa: BLE001 - a dozen kinds come out of it, and all mean the same
        return Difference(ChangesAfter.UNDEFINED)
    return Difference(ChangesAfter.UNDEFINED)


def _level(
    reader: PdfFileReader, revision: int, policy: StandardDiffPolicy, lock: FieldMDPSpec | None
) -> ModificationLevel | None:
    """Return how far the changes go under a policy; None: it does not explain them."""
    result = policy.review_file(reader, revision, field_mdp_spec=lock)
    if (
        not isinstance(result, DiffResult)
        or result.modification_level > ModificationLevel.FORM_FILLING
    ):
        return None
    return result.modification_level


def _lock(field: SignatureField) -> FieldMDPSpec | None:
    if field.value is None:
        return None
    parameters = transform(field.value, "/FieldMDP")
    return None if parameters is None else FieldMDPSpec.from_pdf_object(parameters)
