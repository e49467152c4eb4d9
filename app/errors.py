"""What can go wrong, as codes with facts: no sentences, no imports from the rest of the house.

Every room raises :class:`RoscherkError`. The words for people stand in ``app.texts.errors``,
which has a heading, an explanation and an advice for each code.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

Fact = str | int | bool
"""A fact of an error or a warning: plain, never a secret, never a sentence."""


class ErrorFamily(StrEnum):
    """How a face treats an error (`show` it, stay `silent`, `report` it as unexpected)."""

    SHOW = "show"
    SILENT = "silent"
    REPORT = "report"


class ErrorCode(StrEnum):
    """Every error that a user can meet. Grouped by what it is about."""

    # the file that was given, or the one to be written
    FILE_NOT_FOUND = "file_not_found"
    FILE_IS_FOLDER = "file_is_folder"
    FILE_UNREADABLE = "file_unreadable"
    FILE_EMPTY = "file_empty"
    FILE_CHANGED = "file_changed"
    FILE_TOO_LARGE = "file_too_large"
    FILE_NOT_REGULAR = "file_not_regular"
    TARGET_EXISTS = "target_exists"
    TARGET_UNWRITABLE = "target_unwritable"
    TARGET_NAME_TOO_LONG = "target_name_too_long"
    DISK_FULL = "disk_full"
    # documents and signatures
    FORMAT_UNKNOWN = "format_unknown"
    FORMAT_DAMAGED = "format_damaged"
    FORMAT_TOO_COMPLEX = "format_too_complex"
    CONTENT_NOT_FOUND = "content_not_found"
    SIGNATURE_BESIDE = "signature_beside"
    XML_SIGNATURE_UNSUPPORTED = "xml_signature_unsupported"
    XML_UNSAFE = "xml_unsafe"
    FACTS_DAMAGED = "facts_damaged"
    NOT_A_PDF = "not_a_pdf"
    PDF_ENCRYPTED = "pdf_encrypted"
    PDF_FORBIDS_SIGNING = "pdf_forbids_signing"
    PDF_SUSPICIOUS = "pdf_suspicious"
    REVISION_UNKNOWN = "revision_unknown"
    PDF_SIGNATURE_GONE = "pdf_signature_gone"
    PDF_DAMAGED = "pdf_damaged"
    PDF_FIELD_NOT_FOUND = "pdf_field_not_found"
    PDF_FIELD_SIGNED = "pdf_field_signed"
    PDF_FIELD_DEMANDS = "pdf_field_demands"
    SELF_CHECK_FAILED = "self_check_failed"
    EVIDENCE_INCOMPLETE = "evidence_incomplete"
    LEVEL_REACHED = "level_reached"
    LEVEL_BASE_MISSING = "level_base_missing"
    LEVEL_ARCHIVE_OLD = "level_archive_old"
    LEVEL_UNSUITABLE = "level_unsuitable"
    # the profile as a whole, and its backups
    PROFILE_BUSY = "profile_busy"
    PROFILE_DAMAGED = "profile_damaged"
    PROFILE_NEWER = "profile_newer"
    PROFILE_NOT_RENEWED = "profile_not_renewed"
    PROFILE_NO_ROOM = "profile_no_room"
    PROFILE_UNREADABLE = "profile_unreadable"
    PROFILE_UNSUITABLE = "profile_unsuitable"
    BACKUP_DAMAGED = "backup_damaged"
    BACKUP_NEWER = "backup_newer"
    # notes about new versions
    UPDATES_NO_ADDRESS = "updates_no_address"
    UPDATES_NO_KEY = "updates_no_key"
    RELEASE_NOTE_DAMAGED = "release_note_damaged"
    RELEASE_NOTE_OLDER = "release_note_older"
    RELEASE_NOTE_SIGNATURE = "release_note_signature"
    # packages
    ARCHIVE_DAMAGED = "archive_damaged"
    ARCHIVE_REFUSED = "archive_refused"
    # several signatures in one file
    SIGNATURE_NONE = "signature_none"
    SIGNATURE_NUMBER_UNKNOWN = "signature_number_unknown"
    SIGNATURE_LAST = "signature_last"
    SIGNATURE_BROKEN = "signature_broken"
    SIGNATURE_REPEATED = "signature_repeated"
    SIGNATURE_OF_ANOTHER = "signature_of_another"
    CONTENT_DIFFERS = "content_differs"
    PDF_NO_SIGNATURE_FILE = "pdf_no_signature_file"
    CONTENT_ABSENT = "content_absent"
    CONTENT_INSIDE = "content_inside"
    ARCHIVE_STAMP_HOLDS = "archive_stamp_holds"
    # joint signing
    ROUTE_NOT_FOUND = "route_not_found"
    ROUTE_DAMAGED = "route_damaged"
    ROUTE_NEWER = "route_newer"
    ROUTE_BUSY = "route_busy"
    ROUTE_PERSON_INVALID = "route_person_invalid"
    ROUTE_PERSON_TWICE = "route_person_twice"
    ROUTE_PERSON_UNKNOWN = "route_person_unknown"
    ROUTE_PEOPLE_TOO_MANY = "route_people_too_many"
    ROUTE_DOCUMENT_CHANGED = "route_document_changed"
    ROUTE_SIGNATURE_UNKNOWN = "route_signature_unknown"
    ROUTE_NOTHING_SIGNED = "route_nothing_signed"
    ROUTE_INCOMPLETE = "route_incomplete"
    ROUTE_SIGNATURE_SPOILT = "route_signature_spoilt"
    # the visible mark of a signature
    STAMP_PAGES_INVALID = "stamp_pages_invalid"
    STAMP_PLACE_INVALID = "stamp_place_invalid"
    STAMP_TOO_SMALL = "stamp_too_small"
    STAMP_NO_ROOM = "stamp_no_room"
    STAMP_PICTURE_INVALID = "stamp_picture_invalid"
    STAMP_SIGNATURE_BROKEN = "stamp_signature_broken"
    STAMP_SIGNATURE_MISSING = "stamp_signature_missing"
    STAMP_NOT_PDF = "stamp_not_pdf"
    # certificates
    CERTIFICATE_DAMAGED = "certificate_damaged"
    CERTIFICATE_MISSING = "certificate_missing"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_NOT_YET_VALID = "certificate_not_yet_valid"
    CERTIFICATE_KEY_MISMATCH = "certificate_key_mismatch"
    CERTIFICATE_WITHOUT_KEY_ID = "certificate_without_key_id"
    CERTIFICATE_FITS_NO_KEY = "certificate_fits_no_key"
    CERTIFICATE_OLDER = "certificate_older"
    CERTIFICATE_NOT_BOUND = "certificate_not_bound"
    CHANGE_NOT_FOUND = "change_not_found"
    CHANGE_LATER = "change_later"
    TRUST_BUSY = "trust_busy"
    ROOT_NOT_CONFIRMED = "root_not_confirmed"
    PRACTICE_CERTIFICATE = "practice_certificate"
    BUNDLE_DAMAGED = "bundle_damaged"
    BUNDLE_EMPTY = "bundle_empty"
    BUNDLE_NOT_SIGNED_WELL = "bundle_not_signed_well"
    # requests for certificates
    REQUEST_DAMAGED = "request_damaged"
    REQUEST_FIELD_INVALID = "request_field_invalid"
    REQUEST_FIELD_MISSING = "request_field_missing"
    REQUEST_NOT_PENDING = "request_not_pending"
    REQUEST_OF_NO_USE = "request_of_no_use"
    # the list of accredited authorities
    ACCREDITED_LIST_DAMAGED = "accredited_list_damaged"
    ACCREDITED_LIST_NOT_FETCHED = "accredited_list_not_fetched"
    ACCREDITED_LIST_MISSING = "accredited_list_missing"
    ACCREDITED_LIST_OLDER = "accredited_list_older"
    ACCREDITED_LIST_SIGNATURE = "accredited_list_signature"
    ACCREDITED_LIST_SIGNER_UNKNOWN = "accredited_list_signer_unknown"
    # keys, containers, tokens
    KEY_NOT_FOUND = "key_not_found"
    KEY_URI_MALFORMED = "key_uri_malformed"
    KEY_AMBIGUOUS = "key_ambiguous"
    KEY_UNSUPPORTED = "key_unsupported"
    KEY_NOT_EXPORTABLE = "key_not_exportable"
    KEY_READING_OFF = "key_reading_off"
    KEY_COMPROMISED = "key_compromised"
    KEY_NOT_STOPPED = "key_not_stopped"
    KEY_NOT_SHOWN = "key_not_shown"
    KEY_ON_TOKEN = "key_on_token"
    CONTAINER_NOT_FOUND = "container_not_found"
    CONTAINER_EXISTS = "container_exists"
    CONTAINER_DAMAGED = "container_damaged"
    MEDIUM_SILENT = "medium_silent"
    CONTAINER_NAME_INVALID = "container_name_invalid"
    CONTAINER_OF_CSP = "container_of_csp"
    SYSTEM_STORE_REFUSED = "system_store_refused"
    CONTAINER_OF_FILE = "container_of_file"
    CONFIRMATION_DIFFERS = "confirmation_differs"
    REPAIR_BY_HAND = "repair_by_hand"
    PFX_DAMAGED = "pfx_damaged"
    PASSWORD_WRONG = "password_wrong"
    PASSWORD_NEEDED = "password_needed"
    PIN_WRONG = "pin_wrong"
    PIN_NEEDED = "pin_needed"
    PIN_LOCKED = "pin_locked"
    PIN_LENGTH = "pin_length"
    PIN_EXPIRED = "pin_expired"
    PIN_NOT_SET = "pin_not_set"
    PIN_IS_SET = "pin_is_set"
    PIN_LAST_TRY = "pin_last_try"
    PIN_WEAK = "pin_weak"
    ADMIN_PIN_WRONG = "admin_pin_wrong"
    ADMIN_PIN_LOCKED = "admin_pin_locked"
    ADMIN_PIN_LAST_TRY = "admin_pin_last_try"
    TOKEN_NOT_PREPARED = "token_not_prepared"
    TOKEN_ACTION_RESERVED = "token_action_reserved"
    TOKEN_ACTION_UNSUPPORTED = "token_action_unsupported"
    TOKEN_LABEL_INVALID = "token_label_invalid"
    TOKEN_MAY_HOLD_CONTAINERS = "token_may_hold_containers"
    TOKEN_HOLDS_CONTAINERS = "token_holds_containers"
    TOKEN_NOT_CONFIRMED = "token_not_confirmed"
    TOKEN_NOT_FOUND = "token_not_found"
    TOKEN_REMOVED = "token_removed"
    TOKEN_ERROR = "token_error"
    TOKEN_BUSY = "token_busy"
    SLOT_FAILED = "slot_failed"
    TOKEN_FULL = "token_full"
    TOKEN_TAKES_NO_KEYS = "token_takes_no_keys"
    TOKEN_READ_ONLY = "token_read_only"
    TOKEN_MAKES_NO_SUCH_KEYS = "token_makes_no_such_keys"
    MODULE_NOT_FOUND = "module_not_found"
    MODULE_UNSAFE = "module_unsafe"
    MODULE_BROKEN = "module_broken"
    MODULE_CRASHED = "module_crashed"
    MODULE_SILENT = "module_silent"
    MODULE_NEW = "module_new"
    MODULE_CHANGED = "module_changed"
    MODULE_NOT_ALLOWED = "module_not_allowed"
    # readers of tokens (PC/SC)
    READERS_NONE = "readers_none"
    READERS_LIBRARY_MISSING = "readers_library_missing"
    READERS_SERVICE_MISSING = "readers_service_missing"
    READERS_SERVICE_STOPPED = "readers_service_stopped"
    READERS_DENIED = "readers_denied"
    READERS_REMOTE = "readers_remote"
    READERS_FAILED = "readers_failed"
    # algorithms
    ALGORITHM_UNSUPPORTED = "algorithm_unsupported"
    PUBLIC_KEY_INVALID = "public_key_invalid"
    LIBGCRYPT_MISSING = "libgcrypt_missing"
    SELF_TEST_FAILED = "self_test_failed"
    # settings, journal
    SETTINGS_DAMAGED = "settings_damaged"
    SETTING_INVALID = "setting_invalid"
    SETTING_LOCKED = "setting_locked"
    POLICY_UNSAFE = "policy_unsafe"
    JOURNAL_DAMAGED = "journal_damaged"
    JOURNAL_BUSY = "journal_busy"
    JOURNAL_NEWER = "journal_newer"
    # network, time-stamps
    NETWORK_OFFLINE = "network_offline"
    NETWORK_REFUSED = "network_refused"
    NETWORK_FAILED = "network_failed"
    PROXY_PASSWORD_NEEDED = "proxy_password_needed"
    TIME_STAMP_NO_SERVER = "time_stamp_no_server"
    TIME_STAMP_UNAVAILABLE = "time_stamp_unavailable"
    TIME_STAMP_REFUSED = "time_stamp_refused"
    TIME_STAMP_WRONG = "time_stamp_wrong"
    TIME_STAMP_UNTRUSTED = "time_stamp_untrusted"
    # child processes
    CHILD_CRASHED = "child_crashed"
    CHILD_SILENT = "child_silent"
    CHILD_OVER_LIMIT = "child_over_limit"
    CHILD_NOT_STARTED = "child_not_started"
    # practice mode, use, the rest
    PRACTICE_NOT_ENTERED = "practice_not_entered"
    PRACTICE_DAMAGED = "practice_damaged"
    SCREEN_MISSING = "screen_missing"
    OTHER_WINDOW_SILENT = "other_window_silent"
    QT_LIBRARY_MISSING = "qt_library_missing"
    USAGE = "usage"
    CANCELLED = "cancelled"
    UNEXPECTED = "unexpected"


_SILENT = frozenset({ErrorCode.CANCELLED})
_REPORT = frozenset({ErrorCode.UNEXPECTED, ErrorCode.SELF_TEST_FAILED})


class RoscherkError(Exception):
    """The one error type of the house: a code and facts about this case.

    ``facts`` are plain values (text, whole numbers, truth values) and are safe to show and to log.
    """

    def __init__(self, code: ErrorCode, **facts: Fact) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts: Mapping[str, Fact] = facts

    def __str__(self) -> str:
        """Return the code and its facts, for the log; people get ``app.texts.errors``."""
        told = " ".join(f"{name}={value!r}" for name, value in sorted(self.facts.items()))
        return f"{self.code} {told}".rstrip()

    @property
    def family(self) -> ErrorFamily:
        """Tell how a face treats this error."""
        if self.code in _SILENT:
            return ErrorFamily.SILENT
        return ErrorFamily.REPORT if self.code in _REPORT else ErrorFamily.SHOW

    def with_facts(self, **more: Fact) -> Self:
        """Return the same error with further facts (a room higher up knows the file's name)."""
        return type(self)(self.code, **{**self.facts, **more})
