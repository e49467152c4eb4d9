"""Writing a table: CSV for Russian Excel, JSON for programs, XLSX. Never over another file.

Cells hold text of strangers: a spreadsheet must never take one of them for a formula.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from app.crypto.saving import AtomicFile
from app.errors import ErrorCode, RoscherkError
from app.reports.table import COLUMNS, TableRow, cell_text, naive_moscow
from app.texts.catalogue import _
from app.values import dataclass

SCHEMA = "roscherk.table/1"
FORMS = (".csv", ".json", ".xlsx")

_BOM = "\ufeff"
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""What a spreadsheet may begin a formula or a command with."""
_NUMBER = re.compile(r"-?\d{1,18}(?:[.,]\d{1,6})?")
_LONGEST_CELL = 32_000
"""Excel takes 32,767 characters in a cell."""
_WIDTHS = {"document": 40, "behalf": 50, "reason": 50, "warning": 40, "file": 50, "sha256": 66}
_WIDTH = 20
_FIRST_YEAR = 1900


def save_table(rows: Sequence[TableRow], target: Path, *, checked_at: datetime) -> Path:
    """Write a table in the form that its name asks for; return the name.

    Raises ``TARGET_*``, ``DISK_FULL``; USAGE for another form.
    """
    write = _WRITERS.get(target.suffix.lower())
    if write is None:
        raise RoscherkError(ErrorCode.USAGE, option=target.name, value=", ".join(FORMS))
    data = write(rows, checked_at)
    with AtomicFile.create(target.parent) as file:
        file.write(data)
        return file.publish(target, numbers=False)


def to_csv(rows: Sequence[TableRow], _checked_at: datetime) -> bytes:
    """Return CSV as Excel of a Russian system opens it by a double click: BOM, semicolons, CRLF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow([_(heading) for _field, heading in COLUMNS])
    for row in rows:
        writer.writerow([_csv_cell(row, field) for field, _heading in COLUMNS])
    return (_BOM + out.getvalue()).encode()


def _csv_cell(row: TableRow, field: str) -> str:
    text = cell_text(row, field)
    if field == "total" and _NUMBER.fullmatch(text):
        return text.replace(".", ",")
    return harmless(text)


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.lstrip().startswith(_STARTS) or text.startswith(_STARTS) else text


def to_json(rows: Sequence[TableRow], checked_at: datetime) -> bytes:
    """Return the table for programs: names of fields in English, times in UTC."""
    told = {
        "schema": SCHEMA,
        "checked_at": _utc(checked_at),
        "rows": [_json_row(row) for row in rows],
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _json_row(row: TableRow) -> dict[str, object]:
    fields = [field for field, _heading in COLUMNS if field != "standing_told"]
    found: dict[str, object] = {field: _json_value(getattr(row, field)) for field in fields}
    return {**found, "indication": row.indication.value, "standing": row.standing.value}


def _json_value(value: object) -> object:
    if isinstance(value, datetime):
        return _utc(value)
    return value.isoformat() if isinstance(value, date) else value


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def to_xlsx(rows: Sequence[TableRow], checked_at: datetime) -> bytes:
    """Return a workbook: one sheet, filters, days and sums as such, everything else as text."""
    import xlsxwriter  # noqa: PLC0415 - takes long, and the window is opened without a table

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    # No clock in the file: the same table is the same bytes.
    book.set_properties({"created": checked_at.astimezone(UTC).replace(tzinfo=None)})
    sheet = book.add_worksheet(_("Verification"))
    _fill(book, sheet, rows)
    book.close()
    return out.getvalue()


def _fill(book: Any, sheet: Any, rows: Sequence[TableRow]) -> None:
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats = {
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "day": book.add_format({"num_format": "dd.mm.yyyy", "valign": "top"}),
        "moment": book.add_format({"num_format": "dd.mm.yyyy hh:mm", "valign": "top"}),
        "sum": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
    }
    zone = _("Moscow time")
    for column, (field, heading) in enumerate(COLUMNS):
        moscow = f" ({zone})" if field in {"signed_at", "checked_earlier"} else ""
        sheet.write_string(0, column, _(heading) + moscow, bold)
        sheet.set_column(column, column, _WIDTHS.get(field, _WIDTH))
        for line, row in enumerate(rows, 1):
            _Cell(sheet, line, column, formats).write(field, getattr(row, field))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(rows)), len(COLUMNS) - 1)


@dataclass(frozen=True)
class _Cell:
    """One cell of a sheet."""

    sheet: Any
    line: int
    column: int
    formats: dict[str, Any]

    def write(self, field: str, value: object) -> None:
        """Write a value as what it is; text is always text."""
        place = (self.line, self.column)
        if value is None:
            return
        if isinstance(value, date) and value.year < _FIRST_YEAR:
            value = value.isoformat()  # Excel knows no day before 1900
        if isinstance(value, datetime):
            self.sheet.write_datetime(*place, naive_moscow(value), self.formats["moment"])
        elif isinstance(value, date):
            midnight = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a day
            self.sheet.write_datetime(*place, midnight, self.formats["day"])
        elif field == "total" and _NUMBER.fullmatch(str(value)):
            number = float(str(value).replace(",", "."))
            self.sheet.write_number(*place, number, self.formats["sum"])
        else:
            self.sheet.write_string(*place, str(value)[:_LONGEST_CELL], self.formats["text"])


_WRITERS: dict[str, Callable[[Sequence[TableRow], datetime], bytes]] = {
    ".csv": to_csv,
    ".json": to_json,
    ".xlsx": to_xlsx,
}
