"""Files that others published, opened by this program and, where it can, by OpenSSL.

Everything is found by the index of the data folder: path, kind, algorithm, what its publisher
expects, password, note.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from interop_referees import ACCEPTED, not_understood, refused
from stand_ins import openssl

from app.algorithms.names import KeyAlgorithm
from app.crypto.model import VerifyRequest
from app.crypto.requests import reading
from app.crypto.verdict.facts import SignatureFacts
from app.crypto.verifying import tasks as verifying_tasks
from app.errors import ErrorCode, RoscherkError
from app.processes.serving import Context
from app.services import Services
from app.tokens.model import Container, ContainerState
from app.tokens.pin import Secret

_EMPTY = "(empty)"
_CMS = ("cms-", "smime", "p7b", "pem:pkcs7")
_WRONG = "не тот пароль"
_CONTENT = "content="
_EXAMPLES = "ExContent.bin"
"""The content of all examples of RFC 4134."""
_UNSUPPORTED = ErrorCode.KEY_UNSUPPORTED


@dataclass(frozen=True)
class Sample:
    """One line of the index."""

    name: str
    path: Path
    kind: str
    expected: str
    password: str
    note: str


@dataclass(frozen=True)
class Seen:
    """What became of one sample."""

    sample: Sample
    ours: str
    referee: str = ""
    """What ``openssl`` said; empty: it was not asked."""


def samples(folder: Path) -> tuple[Sample, ...]:
    """Read the index."""
    found = []
    for line in (folder / "index.tsv").read_text("utf-8").splitlines()[1:]:
        name, kind, _algorithm, expected, password, note, *_ = [*line.split("\t"), *[""] * 6]
        found.append(Sample(name, folder / name, kind, expected, password, note))
    return tuple(found)


def signed_files(folder: Path) -> Iterator[Seen]:
    """Judge every CMS, of whatever kind: signatures by their own worth, without any trust."""
    for sample in samples(folder):
        if sample.kind.startswith(_CMS):
            yield Seen(sample, _signatures_of(sample, folder), _openssl(sample, folder))


def requests(folder: Path) -> Iterator[Seen]:
    """Read every certificate request and check its signature."""
    for sample in samples(folder):
        if sample.kind != "csr":
            continue
        facts = reading.describe(reading.unwrap(sample.path.read_bytes()))
        words = {
            True: ACCEPTED,
            False: refused("signature"),
            None: not_understood(f"curve of examples {facts.curve}"),
        }
        done = openssl.openssl(
            "req", "-engine", "gost", "-verify", "-noout", "-inform", "DER", "-in", sample.path
        )
        told = done.stdout + done.stderr
        good = done.returncode == 0 and b"verify OK" in told
        yield Seen(
            sample,
            words[facts.signature_verifies],
            ACCEPTED if good else refused(told.decode("utf-8", "replace").splitlines()[-1]),
        )


def key_files(folder: Path, services: Services) -> Iterator[Seen]:
    """Open every PKCS #12 file and container with its password, and try a wrong one."""
    for sample in samples(folder):
        if sample.kind == "pfx" and sample.path.parts[-3] != "pdf-pyhanko":
            yield Seen(sample, _opened(f"pfx:{sample.path}", sample, services))
        elif sample.kind == "cp-container" and sample.path.name == "header.key":
            yield Seen(sample, _opened(f"cryptopro:{sample.path.parent}", sample, services))


def _opened(uri: str, sample: Sample, services: Services) -> str:
    password = "" if sample.password == _EMPTY else sample.password
    try:
        listing = services.keyring.listing(uri, Secret.of_text(password))
    except RoscherkError as error:
        return refused(error.code)
    told = [_tried(each, password, services) for each in listing.containers]
    return "; ".join([*told, _wrong_password(uri, services)]) or refused("nothing in it")


def _tried(container: Container, password: str, services: Services) -> str:
    name = container.algorithm or "?"
    if container.state is ContainerState.NO_KEY:
        return f"{name}: certificate alone"
    try:
        services.keyring.test(container, Secret.of_text(password))
    except RoscherkError as error:
        if container.algorithm is KeyAlgorithm.GOST_2001 and error.code is _UNSUPPORTED:
            return f"{name}: opened, not signed with (withdrawn)"
        return f"{name}: {error.code}"
    return f"{name}: opened"


def _wrong_password(uri: str, services: Services) -> str:
    """Try what is not the password; it must be told as that and nothing else."""
    try:
        for container in services.keyring.listing(uri, Secret.of_text(_WRONG)).containers:
            services.keyring.test(container, Secret.of_text(_WRONG))
    except RoscherkError as error:
        if error.code is ErrorCode.PASSWORD_WRONG:
            return "wrong password refused"
        return f"wrong password: {error.code}"
    return "NO PASSWORD ASKED"


def _signatures_of(sample: Sample, folder: Path) -> str:
    request = VerifyRequest(
        path=sample.path, content=_content_of(sample, folder), at=datetime.now(UTC)
    )
    with io.FileIO(os.devnull, "w") as sink:
        facts = verifying_tasks.verify(request, Context(sink, None)).facts
    told = [_word(each) for each in facts.signatures]
    why = facts.errors[0].code if facts.errors else "certificates alone"
    return "; ".join(dict.fromkeys(told)) or f"no signature: {why}"


def _word(facts: SignatureFacts) -> str:
    """Say what is known of one signature, the gravest first."""
    if facts.format_problems:
        return refused(facts.format_problems[0].code)
    if facts.unsupported:
        one = facts.unsupported[0]
        return not_understood(f"{one.code} {one.facts.get('oid', '')}".strip())
    if facts.signer is None:
        return not_understood("its certificate is not there")
    if not facts.content_found:
        return not_understood("its content is not there")
    right = bool(facts.signature_verifies and facts.digest_matches)
    if not right:
        return refused("signature" if facts.digest_matches else "content")
    weak = facts.algorithms.weak
    return f"{ACCEPTED}, weak: {', '.join(weak)}" if weak else ACCEPTED


def _openssl(sample: Sample, folder: Path) -> str:
    """Let OpenSSL verify the signatures alone (``-noverify``: not the certificates)."""
    if not sample.kind.startswith(("cms-attached", "cms-detached")):
        return ""
    data = sample.path.read_bytes()
    content = _content_of(sample, folder)
    done = openssl.openssl(
        *("cms", "-verify", "-engine", "gost", "-binary", "-noverify", "-in", sample.path),
        *("-inform", "PEM" if b"-----BEGIN" in data else "DER"),
        *(() if content is None else ("-content", content)),
        *("-out", os.devnull),
    )
    if done.returncode == 0:
        return ACCEPTED
    words = done.stderr.decode("utf-8", "replace").splitlines()
    reasons = [line.split(":")[5] for line in words if line.count(":") > 5]
    return refused(reasons[0] if reasons else words[-1:])


def _content_of(sample: Sample, folder: Path) -> Path | None:
    for word in sample.note.split():
        if word.startswith(_CONTENT):
            return folder / word.removeprefix(_CONTENT)
    beside = sample.path.with_name(_EXAMPLES)
    return beside if sample.kind == "cms-detached" and beside.exists() else None
