"""The options about the visible mark, which ``sign`` and ``stamp`` share."""

import argparse
from pathlib import Path
from typing import Any

from app import settings as table
from app.crypto.stamping.style import (
    NO_STAMP,
    StampBox,
    StampColour,
    StampPosition,
    StampPreset,
    StampStyle,
    check_pages,
    read_position,
)
from app.errors import ErrorCode, RoscherkError
from app.settings import Settings
from app.texts.catalogue import _

_DETAILS = ("pages", "position", "logo", "facsimile", "note", "colour", "qr", "no_frame")


def sign_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--stamp``, ``--no-stamp`` and ``--stamp-…``."""
    parser.add_argument(
        "--stamp",
        choices=[each.value for each in StampPreset],
        help=_("the form of the visible mark in a PDF"),
    )
    parser.add_argument(
        "--no-stamp",
        dest="stamp",
        action="store_const",
        const=StampPreset.NONE.value,
        help=_("no visible mark in a PDF"),
    )
    _details(parser, "--stamp-")


def copy_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--preset``, ``--pages`` and so on."""
    parser.add_argument(
        "--preset",
        dest="stamp",
        choices=[each.value for each in StampPreset if each is not StampPreset.NONE],
        help=_("the form of the mark"),
    )
    _details(parser, "--")


def _details(parser: argparse.ArgumentParser, prefix: str) -> None:
    def add(name: str, **options: Any) -> None:
        parser.add_argument(prefix + name, dest="stamp_" + name.replace("-", "_"), **options)

    add("pages", metavar=_("PAGES"), help=_("the pages of the mark: first, last, all, 1,3-5"))
    corners = "|".join(each.value for each in StampPosition)
    add(
        "position",
        metavar=f"{corners}|X,Y,W,H",
        help=_("where on the page; X and Y from its left upper corner, in millimetres"),
    )
    add("logo", type=Path, metavar=_("FILE"), help=_("an emblem for the mark, PNG or JPEG"))
    add(
        "facsimile",
        type=Path,
        metavar=_("FILE"),
        help=_("a picture of a handwritten signature, which proves nothing"),
    )
    add("note", metavar=_("TEXT"), help=_("a line of your own in the mark"))
    add("colour", choices=[each.value for each in StampColour], help=_("the ink of the mark"))
    add("qr", action="store_true", help=_("a QR code with the certificate and the document's hash"))
    add("no-frame", action="store_true", help=_("the mark without its frame"))


def style_of(options: argparse.Namespace, settings: Settings) -> StampStyle:
    """Return the mark that was asked for; what is not named is as the settings say.

    Raises STAMP_PAGES_INVALID, STAMP_PLACE_INVALID, FILE_NOT_FOUND before any secret is asked for.
    """
    asked = any(getattr(options, f"stamp_{name}") for name in _DETAILS)
    preset = options.stamp
    if preset is None and not asked and not settings.get(table.STAMP):
        return NO_STAMP
    style_preset = StampPreset(preset or settings.get(table.STAMP_PRESET))
    pages = options.stamp_pages or StampStyle.pages
    check_pages(pages)
    place = read_position(options.stamp_position or StampPosition.AUTO)
    usual_logo = settings.get(table.STAMP_LOGO)
    logo = options.stamp_logo or (Path(usual_logo) if usual_logo else None)
    for picture in (logo, options.stamp_facsimile):
        if picture is not None and not picture.exists():
            raise RoscherkError(ErrorCode.FILE_NOT_FOUND, path=str(picture))
    return StampStyle(
        preset=style_preset,
        pages=pages,
        position=place if isinstance(place, StampPosition) else StampPosition.AUTO,
        box=place if isinstance(place, StampBox) else None,
        logo=logo,
        facsimile=options.stamp_facsimile,
        colour=StampColour(options.stamp_colour or StampColour.BLUE),
        frame=not options.stamp_no_frame,
        qr=options.stamp_qr,
        note=options.stamp_note or "",
    )
