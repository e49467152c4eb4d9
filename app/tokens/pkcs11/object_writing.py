"""Objects on a token, inside the host: certificates and keys written, pairs destroyed.

What is new is written and read back before anything old goes, so that a token pulled out, or a
host killed, at any moment leaves the old objects, the new ones, or both.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from asn1crypto import x509
from pkcs11 import Attribute, CertificateType, ObjectClass
from pkcs11.types import Object, Session

from app.errors import ErrorCode, RoscherkError
from app.processes.method import Method
from app.processes.serving import Context, Handler
from app.tokens import object_methods as methods
from app.tokens.model import Vendor
from app.tokens.pin_methods import TokenName
from app.tokens.pkcs11 import key_objects, objects
from app.tokens.pkcs11.driver import Driver
from app.tokens.pkcs11.gost_objects import same_key
from app.tokens.pkcs11.profiles import Profile, profile_of
from app.tokens.pkcs11.quirks import read, whole
from app.tokens.pkcs11.writing import refusing, writing
from app.tokens.sealed_keys import unseal
from app.tokens.secret_pair import split_secrets

# FUNCTION_NOT_SUPPORTED, and what tokens say of a private key that they would have to take in.
_REFUSALS = frozenset({0x10, 0x12, 0x13, 0x54, 0x62, 0x63, 0x70, 0xD0, 0xD1, 0x200})


class ObjectWork:
    """The handlers of one host."""

    def __init__(self, driver_of: Callable[[Path], Driver]) -> None:
        self._driver_of = driver_of

    def handlers(self) -> Mapping[Method[Any, Any], Handler]:
        """Return the methods that are answered here."""
        return {
            methods.TOKEN_DESTROY: self.destroy,
            methods.TOKEN_PUT_CERTIFICATE: self.put_certificate,
            methods.TOKEN_PUT_KEY: self.put_key,
        }

    def put_certificate(
        self, request: methods.PutCertificateRequest, context: Context
    ) -> methods.ObjectsAnswer:
        """Write a certificate with the id of its key; earlier ones of the same key make room."""
        with self._writing(request.token, context, context.secret, request) as (session, vendor):
            key_id = _id_of_key(session, request.public_key, request.key_id)
            profile = profile_of(vendor)
            done = [_certify(session, request.certificate, key_id, request.label, profile)]
            for old in request.replaced:
                if old != request.certificate and same_key(_key_in(old), request.public_key):
                    done += ["replaced"] * _destroy(_certificates(session, old))
        return methods.ObjectsAnswer(done=tuple(done))

    def put_key(self, request: methods.PutKeyRequest, context: Context) -> methods.ObjectsAnswer:
        """Write a key that came out of a file, try it, and write its certificate."""
        pin, transport = split_secrets(context.secret or bytearray(4))
        with (
            pin,
            transport,
            self._writing(request.token, context, pin.buffer or None, request) as (session, vendor),
        ):
            key = request.key
            key_id = key_objects.id_of(key.public_key)
            _demand_absent(session, key.public_key, key_id)
            private = unseal(key.nonce, key.ciphertext, transport.buffer, key.public_key)
            made: list[Object] = []
            try:
                with refusing(ErrorCode.TOKEN_TAKES_NO_KEYS, _REFUSALS):
                    for each in key_objects.templates(key, private, key_id, request.label, vendor):
                        made.append(session.create_object(each))  # noqa: PERF401 - what was made before a failure has to go
                key_objects.try_out(made[-1], key.algorithm, key.public_key, vendor)
                if key.certificate is not None:
                    _certify(session, key.certificate, key_id, request.label, profile_of(vendor))
            except BaseException:
                _destroy(made)
                raise
            finally:
                private[:] = bytes(len(private))
        done = ("private_key", "public_key", *(("certificate",) if key.certificate else ()))
        return methods.ObjectsAnswer(done=done)

    def destroy(self, request: methods.DestroyRequest, context: Context) -> methods.ObjectsAnswer:
        """Destroy the objects of one pair. The certificate goes last: it tells what was begun."""
        with self._writing(request.token, context, context.secret, request) as (session, _):
            certificates = _certificates(session, request.certificate)
            private, public = [], []
            if request.keys:
                public = _keys(session, ObjectClass.PUBLIC_KEY, request.public_key)
                private = _private_of_pair(session, request, [*public, *certificates])
            if not certificates and not private and not public:
                raise RoscherkError(ErrorCode.KEY_NOT_FOUND)
            done = ["private_key"] * _destroy(private)
            done += ["public_key"] * _destroy(public)
            done += ["certificate"] * _destroy(certificates)
        return methods.ObjectsAnswer(done=tuple(dict.fromkeys(done)))

    @contextmanager
    def _writing(
        self,
        name: TokenName,
        context: Context,
        pin: bytearray | None,
        request: methods.PutCertificateRequest | methods.PutKeyRequest | methods.DestroyRequest,
    ) -> Iterator[tuple[Session, Vendor]]:
        """Find the token, open a session that writes, and log in with one attempt."""
        confirmed = request.last_try_confirmed
        driver = self._driver_of(name.module)
        with writing(driver, name, context, pin, last_try_confirmed=confirmed) as (
            session,
            plugged,
        ):
            yield session, plugged.token.vendor


def _id_of_key(session: Session, public_key: bytes, told: bytes) -> bytes:
    """Return the CKA_ID of a key that is on the token, or raise ``KEY_NOT_FOUND``."""
    found = [
        *_keys(session, ObjectClass.PRIVATE_KEY, public_key),
        *_keys(session, ObjectClass.PUBLIC_KEY, public_key),
    ]
    if not found:
        # A private key that does not show its public one, and has no public object beside it.
        keys = whole(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
        hidden = [key for key in keys if objects.public_key_of(key) is None]
        found = [key for key in hidden if told and read(key, Attribute.ID) == told]
    if not found:
        raise RoscherkError(ErrorCode.KEY_NOT_FOUND)
    return bytes(read(found[0], Attribute.ID) or b"")


def _demand_absent(session: Session, public_key: bytes, key_id: bytes) -> None:
    """Raise ``KEY_ON_TOKEN`` for a key that is there; what a broken import left is taken away.

    A private key that does not show its public one is known by the id of the public object.
    """
    public = _keys(session, ObjectClass.PUBLIC_KEY, public_key)
    ids = {key_id, *(bytes(read(each, Attribute.ID) or b"") for each in public)} - {b""}
    keys = whole(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
    shown = {id(key): objects.public_key_of(key) for key in keys}
    if any(
        same_key(shown[id(key)], public_key)
        or (shown[id(key)] is None and read(key, Attribute.ID) in ids)
        for key in keys
    ):
        raise RoscherkError(ErrorCode.KEY_ON_TOKEN)
    _destroy(public)


def _private_of_pair(
    session: Session, request: methods.DestroyRequest, visible: list[Object]
) -> list[Object]:
    """Return the private key of a pair: by its public key, else by an id that nothing shares."""
    shown = _keys(session, ObjectClass.PRIVATE_KEY, request.public_key)
    if shown:
        return shown
    ids = {bytes(read(each, Attribute.ID) or b"") for each in visible} | {request.key_id}
    keys = whole(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
    hidden = [key for key in keys if objects.public_key_of(key) is None]
    found = [key for key in hidden if bytes(read(key, Attribute.ID) or b"") in ids - {b""}]
    if not found:
        return []
    used = {bytes(read(key, Attribute.ID) or b"") for key in found}
    if len(found) > 1 or _shared(session, used, request.public_key):
        raise RoscherkError(ErrorCode.KEY_AMBIGUOUS)
    return found


def _shared(session: Session, ids: set[bytes], public_key: bytes) -> bool:
    """Tell whether a public key of another pair bears one of these ids."""
    keys = whole(session.get_objects({Attribute.CLASS: ObjectClass.PUBLIC_KEY}))
    return any(
        bytes(read(key, Attribute.ID) or b"") in ids
        and not same_key(objects.public_key_of(key) or public_key, public_key)
        for key in keys
    )


def _keys(session: Session, kind: ObjectClass, public_key: bytes) -> list[Object]:
    """Return the keys of a class that show this public key."""
    found = whole(session.get_objects({Attribute.CLASS: kind}))
    return [key for key in found if same_key(objects.public_key_of(key), public_key)]


def _certificates(session: Session, der_bytes: bytes | None) -> list[Object]:
    """Return the objects that hold this very certificate."""
    if der_bytes is None:
        return []
    found = whole(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}))
    return [each for each in found if read(each, Attribute.VALUE) == der_bytes]


def _certify(
    session: Session, certificate: bytes, key_id: bytes, label: str, profile: Profile
) -> str:
    """Write a certificate, or give the one that is there the id of its key; return which."""
    there = _certificates(session, certificate)
    if there:
        for each in there:
            if key_id and read(each, Attribute.ID) != key_id:
                each[Attribute.ID] = key_id
        return "id"
    template = {
        Attribute.CLASS: ObjectClass.CERTIFICATE,
        Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
        **profile.certificate,
        Attribute.ID: key_id,
        Attribute.LABEL: label,
        Attribute.VALUE: certificate,
    }
    if profile.certificate_names:
        body = x509.Certificate.load(certificate)["tbs_certificate"]
        template |= {
            Attribute.SUBJECT: body["subject"].dump(),
            Attribute.ISSUER: body["issuer"].dump(),
            Attribute.SERIAL_NUMBER: body["serial_number"].dump(),
        }
    with refusing(ErrorCode.TOKEN_ERROR, frozenset()):
        written = session.create_object(template)
    if read(written, Attribute.VALUE) != certificate:
        _destroy([written])
        raise RoscherkError(ErrorCode.SELF_CHECK_FAILED, reason="certificate")
    return "certificate"


def _destroy(found: list[Object]) -> int:
    """Destroy objects and return how many there were."""
    for each in found:
        each.destroy()
    return len(found)


def _key_in(certificate: bytes) -> bytes:
    try:
        body = x509.Certificate.load(certificate)["tbs_certificate"]
        return bytes(body["subject_public_key_info"].dump())
    except Exception:  # noqa: BLE001 - asn1crypto raises anything; such a certificate stays
        return b""
