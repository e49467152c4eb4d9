"""A PKCS #12 file opened by our own reader: the key, the certificates, and why not."""

from app.algorithms import der
from app.algorithms.der import DerError
from app.algorithms.gost import spki
from app.algorithms.views import CONSTRUCTED, View
from app.errors import ErrorCode, RoscherkError
from app.tokens.pairing import gist_of
from app.tokens.pfx import macs, pkcs8, schemes, structure
from app.tokens.pfx.structure import Bag, Pfx
from app.tokens.pfx.work import MAX_ROUNDS, SHOWN, Work
from app.tokens.private_keys import PrivateKey
from app.values import dataclass

_RUSSIAN = "1.2.643."
_PARSING = (DerError, ValueError, IndexError, TypeError, RecursionError)


@dataclass(frozen=True)
class Certificate:
    """A certificate in a file, in DER, with the name it has there."""

    der: bytes
    name: str


@dataclass(frozen=True)
class Opened:
    """What a file held. The key is wiped by whoever asked."""

    key: PrivateKey | None
    certificates: tuple[Certificate, ...]
    name: str
    """The name of the key, if it has one."""


def is_russian(data: bytes) -> bool:
    """Tell whether an algorithm of GOST or of CryptoPro can be seen in the file.

    One whose work cannot be counted is for our own reader too, which says what is wrong with it:
    another might begin the work. Raises ``KEY_UNSUPPORTED`` with the reason ``iterations`` for a file
    that asks for hours.
    """
    try:
        algorithms = structure.algorithms_of(structure.read_file(data))
        rounds = sum(schemes.rounds_of(each) for each in algorithms) + _mac_rounds(data)
        if rounds > MAX_ROUNDS:
            raise RoscherkError(
                ErrorCode.KEY_UNSUPPORTED, reason="iterations", rounds=min(rounds, SHOWN)
            )
        oids = [oid for each in algorithms for oid in _oids(each)]
    except _PARSING:
        return True
    return any(oid.startswith(_RUSSIAN) or oid == schemes.CRYPTOPRO_PBE for oid in oids)


def open_contents(data: bytes, password: bytearray) -> Opened:
    """Open a file with its password.

    Raises ``PFX_DAMAGED``, ``PASSWORD_WRONG``, or ``KEY_UNSUPPORTED`` with the OID in its way.
    """
    work = Work()
    checked = False
    try:
        pfx = structure.read_file(data)
        checked = _password_fits(pfx, password, work)
        with structure.bags_of(pfx, password, work) as bags:
            return _read(bags, password, work)
    except RoscherkError as error:
        if checked and error.code is ErrorCode.PASSWORD_WRONG:
            # The MAC says that the password is right, so what did not decrypt is damaged.
            raise RoscherkError(ErrorCode.PFX_DAMAGED) from None
        raise
    except _PARSING:
        raise RoscherkError(ErrorCode.PFX_DAMAGED) from None


def _mac_rounds(data: bytes) -> int:
    mac = structure.read_file(data).mac
    parts = () if mac is None else mac.children(der.SEQUENCE)
    return parts[2].integer(1 << 62) if len(parts) > 2 else 1


def _password_fits(pfx: Pfx, password: bytearray, work: Work) -> bool:
    """Check the MAC; raise ``PASSWORD_WRONG`` if it is another. False: the file has none."""
    if pfx.mac is None:
        return False
    structure.parts_of(pfx)  # what is no safe at all is damage, whatever the password
    if not macs.fits(pfx.mac, pfx.content, password, work):
        raise RoscherkError(ErrorCode.PASSWORD_WRONG)
    return True


def _read(bags: list[Bag], password: bytearray, work: Work) -> Opened:
    certificates = tuple(_certificates(bags))
    beside = tuple(point for each in certificates for point in _points(each.der))
    key, name = None, ""
    for bag in bags:
        if key is None and bag.kind == structure.SHROUDED_KEY_BAG:
            key = pkcs8.read_encrypted(bag.value, password, beside, work)
            name = bag.name
        elif key is None and bag.kind == structure.KEY_BAG:
            key = pkcs8.read_plain(bag.value, beside)
            name = bag.name
    return Opened(key, certificates, name)


def _certificates(bags: list[Bag]) -> list[Certificate]:
    found = []
    for bag in bags:
        if bag.kind == structure.CERT_BAG:
            encoded = structure.certificate_of(bag)
            if encoded is not None:
                found.append(Certificate(encoded, bag.name))
    return found


def _points(certificate: bytes) -> list[bytes]:
    """Return the GOST public key of a certificate, if it is one."""
    try:
        return [spki.decode_public(gist_of(certificate).public_key)[1]]
    except RoscherkError:
        return []


def _oids(algorithm: View) -> list[str]:
    """Return all OIDs inside an AlgorithmIdentifier."""
    if algorithm.tag == der.OID:
        return [algorithm.oid()]
    if not algorithm.tag & CONSTRUCTED:
        return []
    return [oid for child in algorithm.children() for oid in _oids(child)]
