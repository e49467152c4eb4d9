"""The answer on a qualified certificate in words: what it is, by which list, and what was not checked."""

from collections.abc import Iterator, Mapping

from app.crypto.verdict.facts import Notice
from app.crypto.verdict.report import Answer, QualificationAnswer
from app.texts.catalogue import N_, _
from app.texts.showing import plain
from app.texts.verdicts import Tone, notice

_FIELDS: Mapping[str, str] = {
    "common_name": N_("Common name"),
    "surname": N_("Surname"),
    "given_name": N_("Given names"),
    "organization": N_("Organization"),
    "country": N_("Country"),
    "inn": N_("INN"),
    "ogrn": N_("OGRN"),
    "snils": N_("SNILS"),
    "key_usage": N_("Key usage"),
    "subject_sign_tool": N_("Owner's tool"),
    "issuer_sign_tool": N_("Issuer's tool"),
    "authority_key_id": N_("Issuer's key identifier"),
    "policy": N_("class of the signature tool"),
    "gost_key": N_("a GOST key"),
}


def heading(answer: QualificationAnswer) -> str:
    """Answer in one sentence; the accredited authority is named."""
    if answer.answer is Answer.YES and answer.ca_name is not None:
        said = _(
            "The certificate is qualified (authority: {name}, accredited on the day of issue)."
        )
        return said.format(name=plain(answer.ca_name))
    if answer.answer is Answer.NO:
        return _("The certificate is not qualified.")
    return _("Whether the certificate is qualified is not established.")


def tone(answer: QualificationAnswer) -> Tone:
    """Return how the answer is shown."""
    if answer.answer is Answer.YES:
        return Tone.GOOD
    return Tone.PLAIN if answer.answer is Answer.NO else Tone.UNSURE


def reasons(answer: QualificationAnswer) -> tuple[str, ...]:
    """Return the sentences for what is against a yes, each once."""
    missing = [one for one in answer.reasons if one.code == "requisite_missing"]
    told = [_lacks(missing)] if missing else []
    told += [notice(one.code, one.facts) for one in answer.reasons if one not in missing]
    return tuple(dict.fromkeys(told))


def _lacks(missing: list[Notice]) -> str:
    """Name in one sentence all that is missing."""
    codes = [str(one.facts.get("field")) for one in missing]
    names = ", ".join(_(_FIELDS[code]) if code in _FIELDS else plain(code) for code in codes)
    said = _("The certificate lacks what order No. 795 wants in a qualified one: {names}.")
    return said.format(names=names)


def remarks(answer: QualificationAnswer) -> tuple[str, ...]:
    """Say what goes with the answer: the tool, the limits of use, and what was not checked."""
    return tuple(_remarks(answer))


def _remarks(answer: QualificationAnswer) -> Iterator[str]:
    if answer.tool is not None:
        said = _("Signature tool by the certificate: {tool}; the one really used is not checked.")
        if answer.tool_class is not None:
            said = _(
                "Signature tool by the certificate: {tool}, class {level}; the one really used is not checked."
            )
        yield said.format(tool=plain(answer.tool), level=answer.tool_class)
    for text in answer.restrictions:
        yield _("The issuer wrote for whoever relies on it: {text}").format(text=plain(text, 1000))
    if answer.answer is Answer.NO and not any(one.code == "practice" for one in answer.reasons):
        yield _(
            "A signature with such a certificate can be an unqualified one: it is recognised in the cases set by law or by agreement of the parties."
        )
    yield _("The check was made by an uncertified tool.")


def whole(answer: QualificationAnswer) -> str:
    """Return the answer with its reasons and remarks as one text."""
    return " ".join((heading(answer), *reasons(answer), *remarks(answer)))
