"""Words about what was done with keys: tests, installations, losses, findings. No Qt here."""

from app.crypto.containers import model
from app.crypto.containers.model import ContainerTest, Finding, Installed, Losses
from app.texts import verdicts
from app.texts.catalogue import _
from app.texts.commands import without_commands
from app.texts.container_words import installed_words, object_words, odd_words, repair_words
from app.texts.showing import local_date, plain
from app.ui.forms import Point, Step, Told
from app.ui.known_keys import owner_of
from app.ui.rows import Tone

_TONES = {
    model.Tone.OK: Tone.OK,
    model.Tone.WARN: Tone.WARN,
    model.Tone.BAD: Tone.ERROR,
}


def test_told(tested: ContainerTest) -> Told:
    """Tell the report of a test."""
    headings = {
        Tone.OK: _("The key is in order"),
        Tone.WARN: _("The key works; there are remarks"),
        Tone.ERROR: _("The key is not in order"),
    }
    tone = _TONES[tested.tone]
    lines = [
        (_TONES[line.tone], verdicts.notice(line.notice.code, line.notice.facts))
        for line in tested.lines
    ]
    lines += [(Tone.WARN, odd_words(code)) for code in tested.warnings]
    return Told(
        heading=headings[tone],
        words=plain(tested.facts.container.label),
        tone=tone,
        points=tuple(lines),
    )


def installed_told(done: Installed, steps: tuple[Step, ...]) -> Told:
    """Tell where a certificate was put, and what the user should know about it."""
    points: list[Point] = []
    if done.chain_added:
        told = _("Certificates of the chain that went into «Промежуточные»: {count}")
        points.append((Tone.PLAIN, told.format(count=len(done.chain_added))))
    if done.replaced:
        told = _("It took the place of an earlier certificate of this key, which was kept.")
        points.append((Tone.PLAIN, told))
    if done.request is not None:
        told = _("It answers your request of {date}, which waits no more.")
        points.append((Tone.OK, told.format(date=local_date(done.request.made))))
    points += [(Tone.PLAIN, verdicts.notice(each.code, each.facts)) for each in done.notices]
    heading = installed_words(done.where, plain(done.container.label or done.container.uri))
    return Told(heading=heading, points=tuple(points), steps=steps)


def loss_points(losses: Losses) -> tuple[Point, ...]:
    """Say what exactly will be gone, and what stays."""
    lost = _("Will be lost: {what}")
    points: list[Point] = [
        (Tone.ERROR, lost.format(what=object_words(code))) for code in losses.objects
    ]
    if losses.certificate is not None:
        owner = _("Owner: {name}").format(name=owner_of(losses.certificate))
        points.append((Tone.PLAIN, owner))
    for uri in losses.key_elsewhere:
        told = _("The same key is also here: {uri}").format(uri=plain(uri))
        points.append((Tone.OK, told))
    points += [(Tone.WARN, verdicts.notice(each.code, each.facts)) for each in losses.notices]
    return tuple(points)


def finding_point(finding: Finding) -> Point:
    """Say what is wrong, where, and what to do."""
    told = verdicts.notice(finding.notice.code, finding.notice.facts)
    places = ", ".join(plain(each.label or each.uri) for each in finding.containers)
    parts = (told, places, without_commands(repair_words(finding.repair.kind)))
    return _TONES[finding.tone], "\n".join(part for part in parts if part)
