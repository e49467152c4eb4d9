"""What in a document acts, or lies outside of it: actions, forms of programs, media, other files."""

from collections import Counter
from dataclasses import field

from pyhanko.pdf_utils import generic

from app.crypto.pdf.fields import as_array, entry
from app.crypto.presigning.codes import PresignCode
from app.values import dataclass

_ACTIONS = {
    "/JavaScript": PresignCode.SCRIPT,
    "/Launch": PresignCode.LAUNCH,
    "/SubmitForm": PresignCode.SUBMIT,
    "/ImportData": PresignCode.SUBMIT,
    "/GoToR": PresignCode.OTHER_FILE,
    "/GoToE": PresignCode.OTHER_FILE,
    "/Thread": PresignCode.OTHER_FILE,
    "/URI": PresignCode.LINK,
    "/Rendition": PresignCode.MEDIA,
    "/Movie": PresignCode.MEDIA,
    "/Sound": PresignCode.MEDIA,
    "/RichMediaExecute": PresignCode.MEDIA,
    "/GoTo3DView": PresignCode.MEDIA,
}
_MEDIA = frozenset({"/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"})
_SAME_DOCUMENT = frozenset({"/Thread"})


@dataclass
class ActiveContent:
    """What was met, how often, and on which pages."""

    counts: Counter[PresignCode] = field(default_factory=Counter)
    pages: dict[PresignCode, set[int]] = field(default_factory=dict)

    def look(self, held: generic.DictionaryObject, page: int | None) -> None:
        """Take note of what one dictionary or stream does."""
        for code in _found_in(held):
            self.counts[code] += 1
            if page is not None:
                self.pages.setdefault(code, set()).add(page)


def _found_in(held: generic.DictionaryObject) -> set[PresignCode]:
    found = set()
    action = entry(held, "/S")
    if isinstance(action, generic.NameObject) and _is_action(held, str(action)):
        found.add(_ACTIONS[str(action)])
    if "/JS" in held and action != "/JavaScript":
        found.add(PresignCode.SCRIPT)  # a rendition may bring a script of its own
    subtype = entry(held, "/Subtype")
    if entry(held, "/Type") in {None, "/Annot"} and "/Rect" in held and subtype in _MEDIA:
        found.add(PresignCode.MEDIA)
    if isinstance(held, generic.StreamObject):
        if "/F" in held:
            found.add(PresignCode.EXTERNAL)  # its octets are in another file
        if subtype == "/Form" and "/Ref" in held:
            found.add(PresignCode.EXTERNAL)
        if "/OPI" in held:
            found.add(PresignCode.EXTERNAL)
    if isinstance(entry(held, "/EF"), generic.DictionaryObject):
        found.add(PresignCode.ATTACHMENT)
    if "/XFA" in held and "/Fields" in held and as_array(entry(held, "/XFA")) + _stream(held):
        found.add(PresignCode.XFA)
    return found


def _stream(form: generic.DictionaryObject) -> list[object]:
    held = entry(form, "/XFA")
    return [held] if isinstance(held, generic.StreamObject) else []


def _is_action(held: generic.DictionaryObject, name: str) -> bool:
    """Tell an action from other dictionaries that have an /S, such as those of structure."""
    if name not in _ACTIONS or entry(held, "/Type") not in {None, "/Action"}:
        return False
    return not (name in _SAME_DOCUMENT and "/F" not in held)
