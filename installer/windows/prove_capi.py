"""Prove our use of CryptoAPI with Microsoft's RSA provider: run by a Python of Windows or of Wine.

``prove.sh`` calls it. The key is made and removed here; the program's own code lists it, signs with
it through a child process, and puts its certificate into «Личное». КриптоПро's GOST provider is not
to be had: for it there are the tests, which put a library of their own in the place of Windows.
"""

import ctypes
import hashlib
import secrets
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import algos, keys, x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from app.errors import ErrorCode, RoscherkError
from app.processes.serving import serve
from app.tokens.csp.capi import CryptoApi, CspContainer
from app.tokens.csp.host import CspHost, system_api, system_stores
from app.tokens.csp.stores import AUTHORITIES, PERSONAL
from app.tokens.csp_keys import CspKeys
from app.tokens.model import ContainerState

assert sys.platform == "win32"

NAME = f"roscherk-проверка-{secrets.token_hex(4)}"
KIND, MAKER, SPEC = 24, "Microsoft", 1  # PROV_RSA_AES, AT_KEYEXCHANGE
NEW, DELETE = 0x8, 0x10
BITS = 2048 << 16


def api() -> CryptoApi:
    """Return our calls, over Microsoft's provider in place of КриптоПро's."""
    return system_api((KIND,), MAKER)


def demand(name: str, holds: object) -> None:
    """Say what holds, or stop."""
    if not holds:
        sys.exit(f"FAILED: {name}")
    print(f"ok: {name}", flush=True)


def make_key() -> bytes:
    """Make a key pair in a container of its own; return SubjectPublicKeyInfo in DER."""
    advapi = ctypes.WinDLL("advapi32", use_last_error=True)
    crypt32 = ctypes.WinDLL("crypt32", use_last_error=True)
    context, key = ctypes.c_void_p(), ctypes.c_void_p()
    acquire = advapi.CryptAcquireContextW
    acquire(ctypes.byref(ctypes.c_void_p()), NAME, None, KIND, DELETE)
    demand("a container was made", acquire(ctypes.byref(context), NAME, None, KIND, NEW))
    demand("a key was made", advapi.CryptGenKey(context, SPEC, BITS, ctypes.byref(key)))
    size = ctypes.c_uint32(0)
    export = crypt32.CryptExportPublicKeyInfo
    export(context, SPEC, 1, None, ctypes.byref(size))
    info = ctypes.create_string_buffer(size.value)
    export(context, SPEC, 1, info, ctypes.byref(size))
    length = ctypes.c_uint32(0)
    structure = ctypes.c_void_p(8)  # X509_PUBLIC_KEY_INFO
    crypt32.CryptEncodeObject(1, structure, info, None, ctypes.byref(length))
    encoded = ctypes.create_string_buffer(length.value)
    crypt32.CryptEncodeObject(1, structure, info, encoded, ctypes.byref(length))
    advapi.CryptDestroyKey(key)
    advapi.CryptReleaseContext(context, 0)
    return encoded.raw[: length.value]


def remove_key() -> bool:
    """Remove the container."""
    advapi = ctypes.WinDLL("advapi32", use_last_error=True)
    nothing = ctypes.byref(ctypes.c_void_p())
    return bool(advapi.CryptAcquireContextW(nothing, NAME, None, KIND, DELETE))


def remove_certificate(certificate: bytes) -> bool:
    """Remove the certificate from both stores."""
    crypt32 = ctypes.WinDLL("crypt32", use_last_error=True)
    for name in ("CertOpenStore", "CertCreateCertificateContext", "CertFindCertificateInStore"):
        getattr(crypt32, name).restype = ctypes.c_void_p
    made = crypt32.CertCreateCertificateContext(1, certificate, len(certificate))
    wanted = ctypes.c_void_p(made)
    done = True
    for store in (PERSONAL, AUTHORITIES):
        opened = crypt32.CertOpenStore(
            ctypes.c_void_p(10), 0, None, 0x10000, ctypes.c_wchar_p(store)
        )
        handle = ctypes.c_void_p(opened)
        existing = 0xD0000  # CERT_FIND_EXISTING
        found = crypt32.CertFindCertificateInStore(handle, 1, 0, existing, wanted, None)
        done &= bool(found and crypt32.CertDeleteCertificateFromStore(ctypes.c_void_p(found)))
        crypt32.CertCloseStore(handle, 0)
    crypt32.CertFreeCertificateContext(wanted)
    return done


def self_signed(public_key: bytes) -> bytes:
    """Make a certificate that the key itself signs, by our own code."""
    now = datetime.now(UTC).replace(microsecond=0)
    algorithm = algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"})
    name = x509.Name.build({"common_name": "УЧЕБНЫЙ ключ CryptoAPI"})
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": 4711,
            "signature": algorithm,
            "issuer": name,
            "validity": {
                "not_before": x509.Time({"utc_time": now - timedelta(days=1)}),
                "not_after": x509.Time({"utc_time": now + timedelta(days=30)}),
            },
            "subject": name,
            "subject_public_key_info": keys.PublicKeyInfo.load(public_key),
        }
    )
    digest = hashlib.sha256(body.dump()).digest()
    signature = api().sign(CspContainer(NAME, KIND, SPEC, None), "sha256", digest)
    made = x509.Certificate(
        {"tbs_certificate": body, "signature_algorithm": algorithm, "signature_value": signature}
    )
    return bytes(made.dump())


def code_of(work: Any) -> ErrorCode | None:
    """Return how some work fails."""
    try:
        work()
    except RoscherkError as error:
        return error.code
    return None


def prove() -> None:
    """Go the way that a key of КриптоПро CSP goes."""
    public_key = make_key()
    try:
        prove_with(public_key)
    finally:
        demand("the container was removed", remove_key())
    gone = code_of(lambda: api().sign(CspContainer(NAME, KIND, SPEC, None), "sha256", bytes(32)))
    demand("a key that is not there is said to be missing", gone is ErrorCode.KEY_NOT_FOUND)


def prove_with(public_key: bytes) -> None:
    """List, install, sign."""
    demand("the provider is named", api().provider_names()[KIND].startswith(MAKER))
    verifier = load_der_public_key(public_key)
    assert isinstance(verifier, rsa.RSAPublicKey)
    child = CspKeys(command=[sys.executable, __file__, "--host"])
    try:
        (bare,) = (each for each in child.containers() if each.label == NAME)
        demand("it is listed, with a name in Russian", bare.state is ContainerState.NO_CERTIFICATE)
        demand(
            "no certificate, no signature",
            code_of(lambda: child.open(bare)) is ErrorCode.CERTIFICATE_MISSING,
        )
        certificate = self_signed(public_key)
        stored = child.store(bare, certificate, [certificate])
        demand("the certificate was put into My with its key", stored is not None and stored.linked)
        held = system_stores().with_keys(PERSONAL)
        places = [key for key, content in held.items() if content == certificate]
        demand(
            "My names container, provider and key",
            [(key.container, key.kind, key.spec) for key in places] == [(NAME, KIND, SPEC)],
        )
        named_above = system_stores().with_keys(AUTHORITIES)
        demand(
            "no key is named in the store of authorities", certificate not in named_above.values()
        )
        child.store(bare, certificate, [])
        again = system_stores().with_keys(PERSONAL)
        demand("a second time changes nothing", again == held)
        (ready,) = (each for each in child.containers() if each.label == NAME)
        demand("it is listed with the certificate of My", ready.certificate == certificate)
        demand("and is in order", ready.state is ContainerState.OK)
        digest = hashlib.sha256("документ".encode()).digest()
        signature = child.open(ready).sign_digest("sha256", digest, None)
        verifier.verify(signature, digest, padding.PKCS1v15(), Prehashed(SHA256()))
        demand("the signature is verified by another library", len(signature) == 256)
        wrong = code_of(lambda: child.open(ready).sign_digest("sha1", digest[:20], None))
        demand("another digest is refused", wrong is ErrorCode.KEY_UNSUPPORTED)
        demand("the certificate was removed from My and CA", remove_certificate(certificate))
    finally:
        child.close()


def main() -> None:
    """Prove, or be the child that is asked."""
    if sys.argv[1:] == ["--host"]:
        serve(CspHost(api, system_stores).handlers())
    prove()
    print("PROVED: CryptoAPI with Microsoft's RSA provider", flush=True)


if __name__ == "__main__":
    main()
