"""What is asked for a key and the request for its certificate, and what was answered. No Qt here."""

from collections.abc import Mapping, Sequence
from dataclasses import field

from app.algorithms.names import KeyAlgorithm
from app.crypto.requests.applicant import required
from app.crypto.requests.model import Applicant, ApplicantKind
from app.crypto.requests.purpose import Purpose
from app.errors import RoscherkError
from app.tokens.creation_methods import demand_able
from app.tokens.model import Token
from app.tokens.pin import Secret
from app.ui.keys.telling import CREATABLE
from app.ui.keys.token_telling import token_key, token_title
from app.values import dataclass

OWN_STORE = "store"

_PERSON = ("surname", "given_name", "inn", "snils")
_ENTITY = ("organization", "inn_le", "ogrn", "region", "locality", "street")
FIELDS: Mapping[ApplicantKind, tuple[str, ...]] = {
    ApplicantKind.PERSON: (*_PERSON, "email", "region", "locality", "country"),
    ApplicantKind.IP: (*_PERSON, "ogrnip", "email", "region", "locality", "country"),
    ApplicantKind.LEGAL: (
        *_ENTITY,
        *_PERSON,
        "title",
        "organizational_unit",
        "email",
        "country",
    ),
    ApplicantKind.SYSTEM: (*_ENTITY, "organizational_unit", "email", "country"),
}
"""The fields of one kind, in the order of the papers that people copy them from."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a key can be made, and which algorithms that place has."""

    name: str
    title: str
    algorithms: tuple[KeyAlgorithm, ...]


@dataclass(frozen=True, kw_only=True)
class RequestAsked:
    """What the dialog is about."""

    purpose: Purpose
    key: str = ""
    """The title of a key that is there already; empty: a new one is made."""
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RequestFilled:
    """What was typed. The password is the receiver's to wipe."""

    applicant: Applicant
    place: str = OWN_STORE
    name: str = ""
    algorithm: KeyAlgorithm = KeyAlgorithm.GOST_256
    password: Secret | None = field(default=None, repr=False)


def places_for(own_store: str, tokens: Sequence[Token]) -> tuple[Place, ...]:
    """Return the places where a key can be made: the tokens that make keys, then the own store."""
    found = [
        Place(name=token_key(each), title=token_title(each), algorithms=made)
        for each in tokens
        if (made := tuple(one for one in CREATABLE if _makes(each, one)))
    ]
    return (*found, Place(name=OWN_STORE, title=own_store, algorithms=CREATABLE))


def missing(applicant: Applicant) -> tuple[str, ...]:
    """Return the required fields that are still empty."""
    needed = required(applicant.kind)
    return tuple(
        each
        for each in FIELDS[applicant.kind]
        if each in needed and not getattr(applicant, each).strip()
    )


def _makes(token: Token, algorithm: KeyAlgorithm) -> bool:
    try:
        demand_able(token, algorithm)
    except RoscherkError:
        return False
    return True
