"""Finding the one private key that is meant, in a session that is logged in."""

from pkcs11 import Attribute
from pkcs11.types import Object, Session

from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.tokens.model import Vendor
from app.tokens.pkcs11 import objects
from app.tokens.pkcs11.gost_objects import same_key
from app.tokens.pkcs11.mechanisms import key_type_of
from app.tokens.pkcs11.quirks import read
from app.tokens.uri import KeyUri


def find_key(
    session: Session,
    uri: KeyUri,
    algorithm: KeyAlgorithm,
    public_key: bytes | None,
    vendor: Vendor = Vendor.UNKNOWN,
) -> Object:
    """Return the private key, or raise ``KEY_NOT_FOUND`` or ``KEY_AMBIGUOUS``.

    It is known by its public key where it shows it; else by the id in the URI; else, as GOST keys
    show nothing, by the id of the public key object that has the right value.
    """
    everything = objects.private_keys(session, key_type_of(algorithm, vendor))
    shown = {id(key): objects.public_key_of(key) for key in everything}
    found = [key for key in everything if same_key(shown[id(key)], public_key)]
    among = found or [key for key in everything if shown[id(key)] is None]
    if len(found) != 1:
        key_id = dict(uri.attributes).get("id", b"")
        found = _with_id(among, {key_id}) if key_id else among
    if len(found) != 1 and among:
        told = objects.ids_of_public_key(session, public_key)
        found = _with_id(among, told) or found
    if not found:
        raise RoscherkError(ErrorCode.KEY_NOT_FOUND)
    if len(found) > 1:
        raise RoscherkError(ErrorCode.KEY_AMBIGUOUS)
    return found[0]


def _with_id(keys: list[Object], ids: set[bytes]) -> list[Object]:
    return [key for key in keys if read(key, Attribute.ID) in ids]
