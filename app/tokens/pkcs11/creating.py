"""New key pairs on a token, inside the host.

A pair is made under a passing CKA_ID that begins with a mark of ours, tried out, and only then
given the one of its public key. Whatever goes wrong before, both halves are destroyed; what could
not be destroyed, because the token was pulled out, is known by the mark and put in order when the
next key is made on this token.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.exceptions import PKCS11Error
from pkcs11.types import Object, Session

from app.algorithms import der
from app.algorithms.gost import curves, spki
from app.algorithms.names import KeyAlgorithm
from app.errors import ErrorCode, RoscherkError
from app.processes.method import Method
from app.processes.serving import Context, Handler
from app.tokens import creation_methods as methods
from app.tokens.model import Vendor
from app.tokens.pkcs11 import objects
from app.tokens.pkcs11.driver import Driver, Plugged, handle_of
from app.tokens.pkcs11.key_objects import STREEBOG_OIDS, Template, id_of, try_out
from app.tokens.pkcs11.profiles import profile_of
from app.tokens.pkcs11.quirks import RawMapper, read, whole
from app.tokens.pkcs11.writing import refusing, writing

MARK = b"\x52\x73\x6b\x00"
_EC_CURVES = {
    # RFC 5480 §2.1.1.1
    KeyAlgorithm.ECDSA_P256: "1.2.840.10045.3.1.7",
    KeyAlgorithm.ECDSA_P384: "1.3.132.0.34",
    KeyAlgorithm.ECDSA_P521: "1.3.132.0.35",
}
_EXPONENT = (65537).to_bytes(3)
# MECHANISM_INVALID, _PARAM_INVALID, KEY_SIZE_RANGE, DOMAIN_PARAMS_INVALID, FUNCTION_NOT_SUPPORTED
_CANNOT = frozenset({0x54, 0x62, 0x70, 0x71, 0x130})
# A module that counts the sizes of RSA in octets would not name more than this.
_MOST_OCTETS = 1024


class CreationWork:
    """The handlers of one host."""

    def __init__(self, driver_of: Callable[[Path], Driver]) -> None:
        self._driver_of = driver_of

    def handlers(self) -> Mapping[Method[Any, Any], Handler]:
        """Return the methods that are answered here."""
        return {methods.TOKEN_CREATE_KEY: self.create}

    def create(self, request: methods.CreateKeyRequest, context: Context) -> methods.CreatedKey:
        """Make a pair with one login; on any failure nothing of it is left, if the token is there.

        Raises ``TOKEN_MAKES_NO_SUCH_KEYS`` and ``TOKEN_FULL`` before the PIN is sent, as far as
        the token tells.
        """

        def before(plugged: Plugged) -> None:
            methods.demand_able(plugged.token, request.algorithm, request.bits)
            if request.curve is not None and not curves.fits(request.algorithm, request.curve):
                raise methods.no_such_keys(plugged.token, request.algorithm, request.curve)
            if request.algorithm is KeyAlgorithm.RSA:
                _demand_size(plugged, request)

        driver = self._driver_of(request.token.module)
        with writing(
            driver,
            request.token,
            context,
            context.secret,
            last_try_confirmed=request.last_try_confirmed,
            before=before,
        ) as (session, plugged):
            _put_in_order(session)
            passing = MARK + os.urandom(16)
            try:
                with refusing(ErrorCode.TOKEN_MAKES_NO_SUCH_KEYS, _CANNOT):
                    _generate(driver, session, request, plugged.token.vendor, passing)
                return _finished(session, request, plugged.token.vendor, passing)
            except BaseException:
                for each in _with_id(session, passing):
                    with suppress(PKCS11Error):
                        each.destroy()
                raise


def _generate(
    driver: Driver,
    session: Session,
    request: methods.CreateKeyRequest,
    vendor: Vendor,
    key_id: bytes,
) -> None:
    profile = profile_of(vendor)
    common = {Attribute.ID: key_id, Attribute.LABEL: request.label}
    mechanism, kind, asked = _recipe(request, vendor)
    named = {**common, Attribute.KEY_TYPE: kind}
    public = {Attribute.CLASS: ObjectClass.PUBLIC_KEY, **profile.public_key, **named, **asked}
    private = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, **profile.private_key, **named}
    if request.algorithm.is_gost and profile.gost_derives:
        private[Attribute.DERIVE] = True
    driver.supplement.generate(handle_of(session), mechanism, _packed(public), _packed(private))


def _recipe(
    request: methods.CreateKeyRequest, vendor: Vendor
) -> tuple[Mechanism, KeyType, Template]:
    """Return how a key of this algorithm is made: mechanism, type, parameters."""
    algorithm = request.algorithm
    if algorithm is KeyAlgorithm.RSA:
        size = {Attribute.MODULUS_BITS: request.bits, Attribute.PUBLIC_EXPONENT: _EXPONENT}
        return Mechanism.RSA_PKCS_KEY_PAIR_GEN, KeyType.RSA, size
    if algorithm in _EC_CURVES:
        curve = {Attribute.EC_PARAMS: der.oid(_EC_CURVES[algorithm])}
        return Mechanism.EC_KEY_PAIR_GEN, KeyType.EC, curve
    way = profile_of(vendor).gost[algorithm]
    return (
        way.generate,
        way.key_type,
        {
            Attribute.GOSTR3410_PARAMS: der.oid(request.curve or way.curve),
            Attribute.GOSTR3411_PARAMS: der.oid(STREEBOG_OIDS[algorithm]),
        },
    )


def _packed(template: Template) -> dict[int, bytes]:
    mapper = RawMapper()
    return {int(kind): mapper.pack_attribute(kind, value) for kind, value in template.items()}


def _finished(
    session: Session, request: methods.CreateKeyRequest, vendor: Vendor, passing: bytes
) -> methods.CreatedKey:
    """See that both halves are there and are what was asked for, and give them their id."""
    public = _with_id(session, passing, ObjectClass.PUBLIC_KEY)
    private = _with_id(session, passing, ObjectClass.PRIVATE_KEY)
    public_key = objects.public_key_of(public[0]) if public else None
    if len(public) != 1 or len(private) != 1 or public_key is None:
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, reason="pair")
    if request.curve is not None and spki.decode_public(public_key)[0] != request.curve:
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, reason="curve")
    if _leaves_the_token(private[0]):
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, reason="extractable")
    if not read(private[0], Attribute.ALWAYS_AUTHENTICATE):
        # Such a key wants its PIN anew for each signature, and one was typed for one login.
        try_out(private[0], request.algorithm, public_key, vendor)
    return methods.CreatedKey(
        public_key=public_key, key_id=_named(public[0], private[0], id_of(public_key), passing)
    )


def _leaves_the_token(private: Object) -> bool:
    """Tell whether the token says that it would give the key away; one that is silent would not."""
    sensitive, extractable = (
        read(private, Attribute.SENSITIVE),
        read(private, Attribute.EXTRACTABLE),
    )
    return (sensitive is not None and not any(sensitive)) or bool(extractable and any(extractable))


def _named(public: Object, private: Object, key_id: bytes, passing: bytes) -> bytes:
    """Give both halves the id of their key; a token that renames nothing keeps the passing one.

    The private half goes first: an interrupted renaming can be told by the public key alone.
    """
    try:
        private[Attribute.ID] = key_id
    except PKCS11Error:
        if read(private, Attribute.ID) == passing:
            return passing
        raise
    try:
        public[Attribute.ID] = key_id
    except PKCS11Error:
        private[Attribute.ID] = passing
        return passing
    return key_id


def _put_in_order(session: Session) -> None:
    """Finish, or take away, what an interrupted creation left on this token.

    A private half is never taken away: its public one may have been deleted by another program.
    """
    halves = {
        kind: {
            bytes(read(each, Attribute.ID) or b""): each
            for each in whole(session.get_objects({Attribute.CLASS: kind}))
        }
        for kind in (ObjectClass.PUBLIC_KEY, ObjectClass.PRIVATE_KEY, ObjectClass.CERTIFICATE)
    }
    public, private = halves[ObjectClass.PUBLIC_KEY], halves[ObjectClass.PRIVATE_KEY]
    certified = halves[ObjectClass.CERTIFICATE].keys()
    lone = {key_id for key_id in public.keys() - private.keys() if key_id.startswith(MARK)}
    for key_id in lone - certified:
        half = public[key_id]
        public_key = objects.public_key_of(half)
        own = b"" if public_key is None else id_of(public_key)
        with suppress(PKCS11Error):
            if own in private:
                half[Attribute.ID] = own
            else:
                half.destroy()


def _with_id(session: Session, key_id: bytes, kind: ObjectClass | None = None) -> list[Object]:
    wanted: dict[Attribute, Any] = {Attribute.ID: key_id}
    if kind is not None:
        wanted[Attribute.CLASS] = kind
    try:
        return whole(session.get_objects(wanted))
    except PKCS11Error:
        if kind is not None:
            raise
        return []  # the token is gone, and with it what was to be taken away


def _demand_size(plugged: Plugged, request: methods.CreateKeyRequest) -> None:
    """Raise ``TOKEN_MAKES_NO_SUCH_KEYS`` for a size that the mechanism does not have."""
    with suppress(PKCS11Error):
        most = plugged.slot.get_mechanism_info(Mechanism.RSA_PKCS_KEY_PAIR_GEN).max_key_length
        if most is not None and _MOST_OCTETS < most < request.bits:
            name = f"RSA-{request.bits}"
            raise methods.no_such_keys(plugged.token, request.algorithm, name)
