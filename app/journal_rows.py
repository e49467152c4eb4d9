"""What stands in a row of the journal, and which rows are wanted: values, no file."""

import json
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from app.errors import ErrorCode, Fact, RoscherkError
from app.values import dataclass


class Action(StrEnum):
    """What a row tells about."""

    SIGN = "sign"
    VERIFY = "verify"
    STAMP = "stamp"
    SIGNATURE_EXTRACT = "signature_extract"
    SIGNATURE_REMOVE = "signature_remove"
    SIGNATURE_MERGE = "signature_merge"
    SIGNATURE_SPLIT = "signature_split"
    SIGNATURE_CONVERT = "signature_convert"
    SIGNATURE_EXTEND = "signature_extend"
    ROUTE_BEGIN = "route_begin"
    ROUTE_TAKE = "route_take"
    ROUTE_SETTLE = "route_settle"
    ROUTE_FINISH = "route_finish"
    ROUTE_FORGET = "route_forget"
    CONTAINER_CREATE = "container_create"
    CONTAINER_IMPORT = "container_import"
    CONTAINER_EXPORT = "container_export"
    CONTAINER_COPY = "container_copy"
    CONTAINER_DELETE = "container_delete"
    CONTAINER_TEST = "container_test"
    CONTAINER_RENAME = "container_rename"
    CONTAINER_REPAIR = "container_repair"
    KEY_STOP = "key_stop"
    KEY_RESUME = "key_resume"
    CONTAINER_PASSWORD = "container_password"  # noqa: S105 - a name
    CERTIFICATE_INSTALL = "certificate_install"
    CERTIFICATE_BIND = "certificate_bind"
    CERTIFICATE_UNBIND = "certificate_unbind"
    REQUEST_CREATE = "request_create"
    REQUEST_FORGET = "request_forget"
    TRUST_ADD = "trust_add"
    TRUST_REMOVE = "trust_remove"
    ACCREDITED_LIST_IMPORT = "accredited_list_import"
    ACCREDITED_LIST_UNDO = "accredited_list_undo"
    PIN_VERIFY = "pin_verify"
    PIN_CHANGE = "pin_change"
    PIN_UNBLOCK = "pin_unblock"
    PIN_SET = "pin_set"
    TOKEN_LABEL = "token_label"  # noqa: S105 - a name
    TOKEN_FORMAT = "token_format"  # noqa: S105 - a name
    PRACTICE_ENTER = "practice_enter"
    PRACTICE_LEAVE = "practice_leave"
    PROFILE_BACKUP = "profile_backup"
    PROFILE_RENEW = "profile_renew"
    PROFILE_RESTORE = "profile_restore"
    JOURNAL_BEGIN = "journal_begin"
    """In place of a journal that was damaged and set aside."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row. ``action`` and ``outcome`` are codes; a newer version may have written others."""

    number: int
    time: datetime
    action: str
    target: str | None
    outcome: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Query:
    """Which rows are wanted; without anything, all."""

    words: tuple[str, ...] = ()
    """All of them stand somewhere in the row, in any case of letters."""
    since: datetime | None = None
    until: datetime | None = None
    """Rows before this moment."""
    actions: frozenset[str] | None = None

    @property
    def everything(self) -> bool:
        """Tell whether no row is left out."""
        return self == Query()


Told = Callable[[str, str], str]
"""What a face says for an action and an outcome, so that its words can be searched too."""


class Wanted:
    """Tells of one record after another whether it is wanted."""

    def __init__(self, query: Query, told: Told) -> None:
        self._actions = query.actions
        self._words = tuple(word.casefold() for word in query.words)
        self._since = None if query.since is None else moment_text(query.since)
        self._until = None if query.until is None else moment_text(query.until)
        self._told = told
        self._said: dict[tuple[str, str], str] = {}

    def __call__(self, number: int, record: str) -> bool:
        """Tell of one record; raise ``JOURNAL_DAMAGED`` for what is none."""
        entry = _fields(number, record)
        time, action = str(entry["time"]), str(entry["action"])
        # Written in one way, in UTC: the order of the texts is the order of the moments.
        if self._since is not None and time < self._since:
            return False
        if self._until is not None and time >= self._until:
            return False
        if self._actions is not None and action not in self._actions:
            return False
        return not self._words or self._said_somewhere(action, entry)

    def _said_somewhere(self, action: str, entry: Mapping[str, Any]) -> bool:
        said = (action, str(entry["outcome"]))
        if said not in self._said:
            self._said[said] = f"{action}\n{said[1]}\n{self._told(*said)}".casefold()
        facts = entry["facts"]
        values = facts.values() if isinstance(facts, Mapping) else ()
        own = "\n".join(map(str, (entry["target"] or "", *values))).casefold()
        return all(word in own or word in self._said[said] for word in self._words)


def moment_text(moment: datetime) -> str:
    """Return a moment as rows hold it."""
    return moment.astimezone(UTC).isoformat()


def _fields(number: int, record: str) -> dict[str, Any]:
    try:
        fields: dict[str, Any] = json.loads(record)
        if fields.keys() >= {"time", "action", "target", "outcome", "facts"}:
            return fields
    except (ValueError, AttributeError, RecursionError):
        pass
    raise RoscherkError(ErrorCode.JOURNAL_DAMAGED, row=number)


def entry_of(number: int, record: str) -> Entry:
    """Read one row; raise ``JOURNAL_DAMAGED`` with its number."""
    fields = _fields(number, record)
    try:
        return Entry(
            number=number,
            time=datetime.fromisoformat(fields["time"]),
            action=str(fields["action"]),
            target=fields["target"],
            outcome=str(fields["outcome"]),
            facts=fields["facts"],
        )
    except (ValueError, TypeError):
        raise RoscherkError(ErrorCode.JOURNAL_DAMAGED, row=number) from None
