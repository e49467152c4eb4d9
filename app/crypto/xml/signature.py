"""XML signatures over a whole document: enveloped, one Reference, exactly the expected transforms.

XMLDSig (W3C), with GOST by draft-smirnov-xmldsig (Р 1323565.1.033-2020). A GOST SignatureValue has
the octets of a CMS signature: s, then r, big-endian each (RFC 9215 §2; RFC 4491 §2.2.2, which the
older draft-chudov-cryptopro-cpxmldsig names). Documents signed by CryptoPro CSP are so; programs
that write r first, or turn the octets around, contradict both drafts and are refused.

What is signed is the document without its Signature, comments apart; nothing inside the Signature
is to be believed but the certificate that verifies it. Everything is read out of the canonical
SignedInfo, the very octets that were signed.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from lxml import etree

from app.algorithms import der, digests, names, signatures
from app.crypto.certificates.outline import Outline
from app.crypto.xml.reading import Element, parse, text_of
from app.errors import ErrorCode, RoscherkError
from app.values import dataclass

NAMESPACE = "http://www.w3.org/2000/09/xmldsig#"
_DS = f"{{{NAMESPACE}}}"
_ENVELOPED = f"{NAMESPACE}enveloped-signature"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_PREFIXES = f"{{{_EXCLUSIVE}}}InclusiveNamespaces"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_GOST = "urn:ietf:params:xml:ns:cpxmlsec:algorithms:"

_SIGNATURES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        f"{_GOST}gostr34102012-gostr34112012-256": ("1.2.643.7.1.1.3.2", "streebog256"),
        f"{_GOST}gostr34102012-gostr34112012-512": ("1.2.643.7.1.1.3.3", "streebog512"),
        f"{_GOST}gostr34102001-gostr3411": ("1.2.643.2.2.3", "gost94"),
        f"{_MORE}gostr34102001-gostr3411": ("1.2.643.2.2.3", "gost94"),
        f"{_MORE}rsa-sha256": ("1.2.840.113549.1.1.11", "sha256"),
        f"{_MORE}rsa-sha512": ("1.2.840.113549.1.1.13", "sha512"),
    }
)
"""Methods of signatures: the OID in CMS, and the digest."""
_DIGESTS: Mapping[str, str] = MappingProxyType(
    {
        f"{_GOST}gostr34112012-256": "streebog256",
        f"{_GOST}gostr34112012-512": "streebog512",
        f"{_GOST}gostr3411": "gost94",
        f"{_MORE}gostr3411": "gost94",
        "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
        "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
    }
)
_MOST_CERTIFICATES = 20
_IDS = frozenset({"id", "Id", "ID"})


class XmlSignatureError(Exception):
    """There is no signature over the whole document that holds; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class XmlSignature:
    """A signature over a whole document that holds: digest and value are right."""

    signer: bytes
    """The certificate whose key made it, DER. Nobody has vouched for it yet."""
    others: tuple[bytes, ...]
    """Further certificates of KeyInfo: material for a chain, never anchors."""
    signature_oid: str
    digest_name: str
    weak: tuple[str, ...]
    """What of it proves nothing any more (rules CMS-13, GST-08); empty for a sound one."""


def check_enveloped(data: bytes) -> XmlSignature:
    """Check the one signature of a document over all of it; return it.

    ``data`` must have gone through `reading.walk`, which keeps its size in bounds. Raises
    `XmlSignatureError` with a code: ``absent``, ``several``, ``place``, ``structure``,
    ``duplicate_ids``, ``reference``, ``transforms``, ``algorithm``, ``certificate``, ``digest``,
    ``value``; and the errors of reading XML.
    """
    root = parse(data)
    signature = _only_signature(root)
    _demand_unique_ids(root)
    parts = _parts(signature)
    canonical = _signed_info(parts["SignedInfo"])
    order = _Order.read(canonical)
    if order.target not in {"", f"#{_own_id(root)}"}:
        raise XmlSignatureError("reference")
    value = _base64(parts["SignatureValue"])
    candidates = tuple(_certificates(parts.get("KeyInfo")))
    signer = _signer(candidates, order, canonical, value)
    _detach(signature)
    if _digest(root, order) != order.digest:
        raise XmlSignatureError("digest")
    return XmlSignature(
        signer=signer.encoded,
        others=tuple(one for one in candidates if one != signer.encoded),
        signature_oid=order.signature_oid,
        digest_name=order.digest_name,
        weak=_weak(signer, order),
    )


@dataclass(frozen=True, kw_only=True)
class _Order:
    """What SignedInfo says."""

    signature_oid: str
    hash_name: str
    """Of SignedInfo."""
    target: str
    exclusive: bool
    prefixes: tuple[str, ...]
    digest_name: str
    """Of the document."""
    digest: bytes

    @classmethod
    def read(cls, canonical: bytes) -> "_Order":
        """Read the canonical SignedInfo; refuse all but what is expected."""
        info = parse(canonical)
        children = [child.tag for child in info]
        if children != [f"{_DS}CanonicalizationMethod", f"{_DS}SignatureMethod", f"{_DS}Reference"]:
            raise XmlSignatureError("structure")
        method = _SIGNATURES.get(info[1].get("Algorithm", ""))
        if method is None or len(info[1]):
            raise XmlSignatureError("algorithm")
        reference = info[2]
        parts = [child.tag for child in reference]
        if parts != [f"{_DS}Transforms", f"{_DS}DigestMethod", f"{_DS}DigestValue"]:
            raise XmlSignatureError("structure")
        digest_name = _DIGESTS.get(reference[1].get("Algorithm", ""))
        if digest_name is None or len(reference[1]):
            raise XmlSignatureError("algorithm")
        exclusive, prefixes = _transforms(reference[0])
        return cls(
            signature_oid=method[0],
            hash_name=method[1],
            target=reference.get("URI", "absent"),
            exclusive=exclusive,
            prefixes=prefixes,
            digest_name=digest_name,
            digest=_base64(reference[2]),
        )


def _only_signature(root: Element) -> Element:
    """Return the one Signature, a child of the root; a second one anywhere is a wrapping attack."""
    found = list(root.iter(f"{_DS}Signature"))
    if not found:
        raise XmlSignatureError("absent")
    if len(found) > 1:
        raise XmlSignatureError("several")
    if found[0].getparent() is not root:
        raise XmlSignatureError("place")
    return found[0]


def _demand_unique_ids(root: Element) -> None:
    seen: set[str] = set()
    for element in root.iter(etree.Element):
        for name, value in element.attrib.items():
            if etree.QName(name).localname in _IDS:
                if value in seen:
                    raise XmlSignatureError("duplicate_ids")
                seen.add(str(value))


def _own_id(root: Element) -> str:
    """Return the Id of the root; without one, what no reference can name."""
    return next((str(root.get(name)) for name in sorted(_IDS) if root.get(name)), "\n")


def _parts(signature: Element) -> dict[str, Element]:
    """Return the children of a Signature by name, each once, in the order of the schema."""
    tags = [str(child.tag) for child in signature]
    heads = [f"{_DS}SignedInfo", f"{_DS}SignatureValue"]
    rest = tags[len(heads) :]
    if rest[:1] == [f"{_DS}KeyInfo"]:
        rest = rest[1:]
    if tags[: len(heads)] != heads or any(tag != f"{_DS}Object" for tag in rest):
        raise XmlSignatureError("structure")
    named = [child for child in signature if child.tag != f"{_DS}Object"]
    return {etree.QName(child.tag).localname: child for child in named}


def _signed_info(info: Element) -> bytes:
    """Return the canonical form of SignedInfo, in the namespaces and xml: attributes around it."""
    method = info[0] if len(info) else None
    if method is None or method.tag != f"{_DS}CanonicalizationMethod":
        raise XmlSignatureError("structure")
    exclusive, prefixes = _canonicalization(method)
    # Serialized alone it carries all namespaces in scope; lxml's own c14n of a part of a tree
    # writes declarations that do not belong there.
    alone = parse(etree.tostring(info, encoding="utf-8", with_tail=False))
    if not exclusive:
        for ancestor in info.iterancestors():
            for name, value in ancestor.attrib.items():
                if str(name).startswith(_XML) and name not in alone.attrib:
                    alone.set(name, value)
    return _canonical(alone, exclusive=exclusive, prefixes=prefixes)


def _canonical(root: Element, *, exclusive: bool, prefixes: tuple[str, ...]) -> bytes:
    """Return a root element in canonical form; namespaces by relative addresses have none."""
    try:
        return etree.tostring(
            root, method="c14n", exclusive=exclusive, inclusive_ns_prefixes=list(prefixes)
        )
    except etree.C14NError as error:
        raise XmlSignatureError("structure") from error


def _canonicalization(method: Element) -> tuple[bool, tuple[str, ...]]:
    """Return whether a method is the exclusive one, and its inclusive prefixes."""
    algorithm, inside = method.get("Algorithm"), list(method)
    if algorithm == _INCLUSIVE and not inside:
        return False, ()
    if algorithm != _EXCLUSIVE or any(child.tag != _PREFIXES for child in inside):
        raise XmlSignatureError("transforms")
    prefixes = [word for child in inside for word in str(child.get("PrefixList", "")).split()]
    return True, tuple(prefixes)


def _transforms(transforms: Element) -> tuple[bool, tuple[str, ...]]:
    """Demand enveloped-signature and then at most one canonicalization."""
    found = list(transforms)
    if any(one.tag != f"{_DS}Transform" for one in found) or not 1 <= len(found) <= 2:
        raise XmlSignatureError("transforms")
    if found[0].get("Algorithm") != _ENVELOPED or len(found[0]):
        raise XmlSignatureError("transforms")
    # Without a further transform a node set becomes octets by Canonical XML 1.0 (XMLDSig §4.4.3.2).
    return _canonicalization(found[1]) if len(found) == 2 else (False, ())


def _detach(signature: Element) -> None:
    """Take the Signature out of its document and leave the text behind it where it is."""
    parent, tail = signature.getparent(), signature.tail
    before = signature.getprevious()
    if parent is None:
        raise XmlSignatureError("place")
    parent.remove(signature)
    if not tail:
        return
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail


class _Sink:
    """A digest that can be written to."""

    def __init__(self, name: str) -> None:
        self.running = digests.new(name)

    def write(self, data: bytes) -> int:
        """Add octets."""
        self.running.update(data)
        return len(data)


def _digest(root: Element, order: _Order) -> bytes:
    """Return the digest of the document as the reference names it."""
    if order.target:  # the root element alone, without instructions around it
        canonical = _canonical(root, exclusive=order.exclusive, prefixes=order.prefixes)
        return digests.digest(order.digest_name, canonical)
    sink = _Sink(order.digest_name)
    tree: Any = root.getroottree()  # its published types do not know this way of writing
    try:
        tree.write_c14n(
            sink,
            exclusive=order.exclusive,
            with_comments=False,
            inclusive_ns_prefixes=list(order.prefixes),
        )
    except etree.C14NError as error:
        raise XmlSignatureError("structure") from error
    return sink.running.digest()


def _certificates(key_info: Element | None) -> Iterator[bytes]:
    """Return the certificates of KeyInfo; keys that stand there without one are nobody's."""
    if key_info is None:
        return
    seen: set[bytes] = set()
    for element in key_info.iterfind(f"{_DS}X509Data/{_DS}X509Certificate"):
        encoded = _base64(element)
        if encoded not in seen:
            seen.add(encoded)
            yield encoded
        if len(seen) > _MOST_CERTIFICATES:
            raise XmlSignatureError("certificate")


def _signer(
    candidates: tuple[bytes, ...], order: _Order, canonical: bytes, value: bytes
) -> Outline:
    """Return the one certificate whose key made the signature."""
    if not candidates:
        raise XmlSignatureError("certificate")
    found = []
    algorithm = der.sequence(der.oid(order.signature_oid))
    for encoded in candidates:
        try:
            outline = Outline.read(encoded)
            verified = signatures.verify(
                outline.public_key,
                algorithm,
                digest_name=order.hash_name,
                message=canonical,
                signature=value,
            )
        except RoscherkError as error:
            if error.code is ErrorCode.LIBGCRYPT_MISSING:
                raise
            continue
        if verified:
            found.append(outline)
    if not found:
        raise XmlSignatureError("value")
    if len(found) > 1:  # two certificates of one key: nobody can say whose signature it is
        raise XmlSignatureError("certificate")
    return found[0]


def _weak(signer: Outline, order: _Order) -> tuple[str, ...]:
    """Name what proves nothing any more, of the key and of both digests."""
    found = names.weaknesses(signer.public_key, order.hash_name)
    return tuple(dict.fromkeys((*found, *names.weaknesses(signer.public_key, order.digest_name))))


def _base64(element: Element) -> bytes:
    try:
        return base64.b64decode("".join(text_of(element).split()), validate=True)
    except (ValueError, binascii.Error) as error:
        raise XmlSignatureError("structure") from error
