"""The worker's side of practice mode: make its profile in one step, or open it and look it over."""

import contextlib
import errno
import secrets
import shutil
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates.building import CertificateSpec, CrlSpec, ExtensionSpec
from app.crypto.certificates.chain import build_chain
from app.crypto.certificates.issuing import EphemeralKey, key_id
from app.crypto.model import PracticeKit, PracticeRequest, TrustMaterial
from app.crypto.opening import path_fact
from app.crypto.practice import names as practice_names
from app.crypto.practice.layout import CONTAINERS, NAME, PASSWORD, TRUST
from app.crypto.trust import stores
from app.crypto.trust.folders import StoreName
from app.crypto.verdict.facts import RevocationStatus
from app.errors import ErrorCode, RoscherkError
from app.places import make_private, sync_folder, write_private
from app.processes.serving import Context
from app.tokens import file_methods, filekeys
from app.tokens.container_names import file_of
from app.tokens.model import Container, ContainerState

_SKEW = timedelta(hours=1)
"""Certificates begin a little in the past: clocks differ."""

_YEAR = timedelta(days=365)
_ROOT_LIFE = 15 * _YEAR
_ISSUING_LIFE = 12 * _YEAR
_PERSON_LIFE = 5 * _YEAR
"""Real ones live fifteen months; a practice key that dies on a learner teaches nothing."""

_LEFTOVER_AGE = 3600
_IN_PERSON = 0
_CLASS_KC1 = "1.2.643.100.113.1"
_CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2"
_EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4"


_DAMAGE = frozenset(
    {
        ErrorCode.CERTIFICATE_DAMAGED,
        ErrorCode.FILE_NOT_FOUND,
        ErrorCode.FILE_NOT_REGULAR,
        ErrorCode.FILE_TOO_LARGE,
        ErrorCode.FILE_UNREADABLE,
        ErrorCode.FORMAT_TOO_COMPLEX,
        ErrorCode.FORMAT_UNKNOWN,
    }
)
"""What the parts of a profile may meet; here it means that the profile is damaged."""


def enter(request: PracticeRequest, context: Context) -> PracticeKit:
    """Open the practice profile of a folder; make it first if that is asked and there is none."""
    if request.make:
        _sweep(request.folder)
    if not request.folder.exists():
        if not request.make:
            raise RoscherkError(ErrorCode.PRACTICE_NOT_ENTERED)
        _make(request, context)
    try:
        return _open(request.folder, context)
    except RoscherkError as error:
        if error.code in _DAMAGE:
            raise _damaged(request.folder, error.code.value) from error
        raise


def _open(folder: Path, context: Context) -> PracticeKit:
    """Look the profile over: the key is there, and its certificate leads to the practice root."""
    request = file_methods.StoreListRequest(folder=folder / CONTAINERS, practice=True)
    containers = filekeys.list_store(request, context).containers
    container = next((one for one in containers if one.label == NAME), None)
    if container is None or container.certificate is None:
        raise _damaged(folder, "container")
    if container.state is not ContainerState.OK:
        raise _damaged(folder, container.state.value)
    if not (folder / PASSWORD).is_file():
        raise _damaged(folder, "password")
    trust = folder / TRUST
    loaded = stores.load(TrustMaterial(practice=trust))
    chain = build_chain(container.certificate, trust=loaded, at=datetime.now(UTC))
    if not chain.anchored or chain.break_code is not None:
        raise _damaged(folder, chain.break_code or "chain")
    if any(link.revocation.status is not RevocationStatus.GOOD for link in chain.links[:-1]):
        raise _damaged(folder, "crls")
    return PracticeKit(folder=folder, container=container, trust=trust)


def _damaged(folder: Path, reason: str) -> RoscherkError:
    return RoscherkError(ErrorCode.PRACTICE_DAMAGED, path=path_fact(folder), reason=reason)


def _make(request: PracticeRequest, context: Context) -> None:
    """Make everything in a folder beside the real place, then move it there as one step."""
    made = None
    try:
        parent = make_private(request.folder.parent)
        made = Path(tempfile.mkdtemp(prefix=f".{request.folder.name}.", dir=parent))
        _fill(made, request.algorithm, context)
        try:
            made.rename(request.folder)
        except OSError:
            if not request.folder.is_dir():
                raise
            # Somebody else has entered practice mode meanwhile: theirs is as good.
        sync_folder(parent)
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        code = ErrorCode.DISK_FULL if full else ErrorCode.TARGET_UNWRITABLE
        path = path_fact(request.folder)
        raise RoscherkError(code, path=path, errno=error.errno or 0) from error
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what was left half made, or half deleted, when a computer went down long ago."""
    long_ago = time.time() - _LEFTOVER_AGE
    for left in folder.parent.glob(f".{folder.name}.*"):
        with contextlib.suppress(OSError):
            if left.lstat().st_mtime < long_ago:
                shutil.rmtree(left)


def _fill(folder: Path, algorithm: KeyAlgorithm, context: Context) -> None:
    path = file_of(make_private(folder / CONTAINERS), NAME)
    container = filekeys.create(
        file_methods.StoreCreateRequest(path=path, algorithm=algorithm, practice=True), context
    )
    certificates = _issue(container, algorithm, folder / TRUST)
    filekeys.install(
        file_methods.StoreInstallRequest(
            path=path, certificate=certificates[0], chain=certificates[1:], practice=True
        ),
        context,
    )
    write_private(folder / PASSWORD, context.secret or bytearray())


def _issue(container: Container, algorithm: KeyAlgorithm, trust: Path) -> tuple[bytes, bytes]:
    """Make the authorities, let them issue, write what they signed, and forget their keys."""
    begin = datetime.now(UTC) - _SKEW
    root, issuing = EphemeralKey.generate(algorithm), EphemeralKey.generate(algorithm)
    try:
        root_name, issuing_name = practice_names.root(), practice_names.issuing()
        person_key = container.public_key or b""
        issued_by_root = _Issuer(root, root_name, begin)
        issued_by_ca = _Issuer(issuing, issuing_name, begin)
        anchor = issued_by_root.authority(root_name, root.public, _ROOT_LIFE, None)
        ca = issued_by_root.authority(issuing_name, issuing.public, _ISSUING_LIFE, 0)
        person = issued_by_ca.person(person_key)
        root_list, ca_list = issued_by_root.empty_list(), issued_by_ca.empty_list()
    finally:
        root.wipe()
        issuing.wipe()
    for store, name, data in (
        (StoreName.ANCHORS, "root.cer", anchor),
        (StoreName.INTERMEDIATES, "issuing.cer", ca),
        (StoreName.CRLS, "root.crl", root_list),
        (StoreName.CRLS, "issuing.crl", ca_list),
    ):
        write_private(trust / store.value / name, data)
    return person, ca


class _Issuer:
    """An authority of practice mode while its key lives."""

    def __init__(self, key: EphemeralKey, name: bytes, begin: datetime) -> None:
        self._key = key
        self._name = name
        self._begin = begin
        self._algorithm = build.signature_algorithm(key.algorithm)

    def authority(self, subject: bytes, public: bytes, life: timedelta, below: int | None) -> bytes:
        """Issue the certificate of an authority."""
        return self._certificate(
            subject,
            public,
            life,
            build.basic_constraints(ca=True, path_length=below),
            build.key_usage("digitalSignature", "keyCertSign", "cRLSign"),
        )

    def person(self, public: bytes) -> bytes:
        """Issue the certificate of the signer, shaped like a qualified one."""
        return self._certificate(
            practice_names.person(),
            public,
            _PERSON_LIFE,
            build.key_usage("digitalSignature", "nonRepudiation"),
            build.extended_key_usage(_CLIENT_AUTHENTICATION, _EMAIL_PROTECTION),
            build.private_key_period(self._begin, self._begin + _PERSON_LIFE),
            build.identification_kind(_IN_PERSON),
        )

    def empty_list(self) -> bytes:
        """Sign a list that revokes nobody, for as long as the authorities live."""
        spec = CrlSpec(
            issuer=self._name,
            this_update=self._begin,
            next_update=self._begin + _ROOT_LIFE,
            number=1,
            signature_algorithm=self._algorithm,
            extensions=(build.authority_key_id(key_id(self._key.public)),),
        )
        return build.build_crl(spec, self._key.sign)

    def _certificate(
        self, subject: bytes, public: bytes, life: timedelta, *extensions: ExtensionSpec
    ) -> bytes:
        spec = CertificateSpec(
            serial=secrets.randbits(126) | 1 << 126,
            subject=subject,
            issuer=self._name,
            public_key=public,
            not_before=self._begin,
            not_after=self._begin + life,
            signature_algorithm=self._algorithm,
            extensions=(
                *extensions,
                build.subject_key_id(key_id(public)),
                build.authority_key_id(key_id(self._key.public)),
                build.policies(_CLASS_KC1),
                build.subject_sign_tool(practice_names.TOOL),
                build.issuer_sign_tool(practice_names.ISSUER_TOOLS),
            ),
        )
        return build.build_certificate(spec, self._key.sign)
