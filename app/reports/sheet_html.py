"""A sheet as one page of HTML: no scripts, nothing from outside, every text escaped."""

from collections.abc import Iterator, Mapping
from html import escape
from types import MappingProxyType

from app.places import resource
from app.reports.sheet import (
    LONGEST,
    Answer,
    Banner,
    Blank,
    Fields,
    Grid,
    Part,
    Rule,
    Sheet,
    SignHere,
    Style,
    Text,
    Together,
)
from app.texts.catalogue import _
from app.texts.showing import plain
from app.texts.verdicts import Tone

_TAGS: Mapping[Style, str] = MappingProxyType(
    {Style.TITLE: "h1", Style.HEADING: "h2", Style.SUBHEADING: "h3"}
)
_MARKS: Mapping[Tone, str] = MappingProxyType(
    {Tone.GOOD: "✓", Tone.BAD: "✗", Tone.UNSURE: "?", Tone.PLAIN: "·"}
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"


def as_html(sheet: Sheet) -> bytes:
    """Return the sheet as a self-contained page; the same sheet gives the same bytes."""
    return "\n".join(_page(sheet)).encode() + b"\n"


def _page(sheet: Sheet) -> Iterator[str]:
    pages = _("p. {page} of {pages}").format(page='" counter(page) "', pages='" counter(pages) "')
    style = resource("styles/sheet.css").read_text("utf-8")
    yield "<!doctype html>"
    yield f'<html lang="{escape(sheet.language)}"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>{_safe(sheet.title)}</title>"
    yield f'<style>\n{style}@page {{ @bottom-right {{ content: "{pages}" }} }}\n</style>'
    yield "</head><body>"
    if sheet.mark is not None:
        yield f'<p class="mark">{_safe(sheet.mark)}</p>'
    yield "<main>"
    answers: list[Answer] = []
    for part in sheet.parts:
        if isinstance(part, Answer):
            answers.append(part)
            continue
        if answers:
            yield _answers(answers)
            answers = []
        yield _part(part)
    if answers:
        yield _answers(answers)
    yield "</main></body></html>"


def _safe(text: str) -> str:
    """Make a text harmless for eyes and for a browser; its own line breaks stay."""
    return "<br>".join(escape(plain(line, LONGEST)) for line in text.split("\n"))


def _part(part: Part) -> str:  # noqa: PLR0911 - one line for each kind of part
    match part:
        case Text():
            tag = _TAGS.get(part.style, "p")
            return f'<{tag} class="{part.style}">{_safe(part.words)}</{tag}>'
        case Banner():
            tone = "practice" if part.practice else part.tone.value
            return f'<p class="banner {tone}">{_safe(part.words)}</p>'
        case Answer():
            return _answers([part])
        case Fields():
            return _fields(part)
        case Grid():
            return _grid(part)
        case Blank():
            lines = '<span class="line"></span>' * part.lines
            return f'<div class="blank">{_safe(part.label)}{lines}</div>'
        case SignHere():
            return "".join(map(_sign_here, part.roles))
        case Rule():
            return "<hr>"
        case Together():
            return ""


def _answers(answers: list[Answer]) -> str:
    rows = "".join(
        f'<tr class="{each.tone.value}"><th scope="row">{_safe(each.question)}</th>'
        f'<td class="tick">{_MARKS[each.tone]}</td><td>{_safe(each.answer)}</td></tr>'
        for each in answers
    )
    return f'<table class="answers">{rows}</table>'


def _fields(part: Fields) -> str:
    rows = "".join(f"<dt>{_safe(label)}</dt><dd>{_safe(value)}</dd>" for label, value in part.rows)
    return f'<dl class="{"small" if part.small else "body"}">{rows}</dl>'


def _grid(part: Grid) -> str:
    head = "".join(f'<th scope="col">{_safe(cell)}</th>' for cell in part.heading)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_safe(cell)}</td>" for cell in row) + "</tr>" for row in part.rows
    )
    return f'<table class="grid"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _sign_here(role: str) -> str:
    places = "".join(f"<span>{_safe(words)}</span>" for words in _places())
    return f'<div class="sign"><p>{_safe(role)}</p><div>{places}</div></div>'


def _places() -> tuple[str, str, str]:
    return _("signature"), _("name"), _("date")
