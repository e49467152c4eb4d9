"""Hostile signatures: certificates exchanged, doubled, borrowed; paths that lead nowhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any

from attacks.cms_forge import (
    CERTIFICATE_V2,
    Scene,
    attributes,
    key_name,
    name_of,
    signer,
    usual,
)
from stand_ins import extensions_made as odd
from stand_ins.pki import (
    NOW,
    Issuer,
    Pki,
    authority,
    ca_extensions,
    end_entity,
    make_pki,
    person,
)

from app.algorithms import der
from app.algorithms.names import KeyAlgorithm
from app.crypto.certificates import building as build
from app.crypto.certificates.building import ExtensionSpec
from app.crypto.certificates.issuing import EphemeralKey, key_id

Build = Callable[[Pki], Scene]
UNKNOWN = ExtensionSpec("1.2.3.4.5", der.NULL, critical=True)
DAY = timedelta(days=1)


@cache
def stranger(kind: KeyAlgorithm) -> Pki:
    """Return the attacker's own infrastructure, with the very names of the victim's."""
    return make_pki(kind)


def by_stranger(pki: Pki, *certificates: bytes, **how: Any) -> Scene:
    """Sign with the attacker's key, naming the victim's certificate."""
    made = signer(pki, sign=stranger(pki.algorithm).leaf_key.sign, **how)
    return usual(pki, made, certificates=certificates)


def under(pki: Pki, certificate: bytes, *more: bytes, **scene: Any) -> Scene:
    """Sign with the person's own key under another certificate for it."""
    made = signer(pki, certificate=certificate)
    return usual(pki, made, certificates=(certificate, *more), **scene)


def _whole_chain_of_stranger(pki: Pki, *, root: bool) -> Scene:
    other = stranger(pki.algorithm)
    certificates = (other.leaf, other.ca, *((other.root,) if root else ()))
    made = signer(other)
    return replace(usual(other, made, certificates=certificates), anchors=(pki.root,))


def _stranger_under_real_authority(pki: Pki) -> Scene:
    other = stranger(pki.algorithm)
    return usual(pki, signer(other), certificates=(other.leaf, pki.ca))


def _same_number(pki: Pki) -> bytes:
    """Return the attacker's certificate of the same issuer and number as the person's."""
    other = stranger(pki.algorithm)
    issuer = Issuer(other.ca_issuer.key, pki.ca_issuer.name)
    return issuer.issue(other.leaf_key.public, serial=_number(pki.leaf))


def _number(certificate: bytes) -> int:
    return der.read(certificate).children()[0].children()[1].as_integer()


def _double(pki: Pki, *, first: bool, named: bool = True) -> Scene:
    """Lay two certificates of one issuer and number before the reader."""
    twin = _same_number(pki)
    both = (twin, pki.leaf, pki.ca) if first else (pki.leaf, twin, pki.ca)
    kept = attributes(pki, without=() if named else (CERTIFICATE_V2,))
    return by_stranger(pki, *both, attributes_=kept)


def _double_by_key(pki: Pki) -> Scene:
    """Name the signer by a key identifier that the attacker's certificate bears too."""
    other = stranger(pki.algorithm)
    bearing = end_entity(pki.leaf_key.public, other.ca_issuer.key.public)
    twin = other.issue(extensions=bearing)
    kept = attributes(pki, without=(CERTIFICATE_V2,))
    identifier = key_name(key_id(pki.leaf_key.public))
    return by_stranger(pki, twin, pki.leaf, pki.ca, attributes_=kept, name=identifier, version=3)


def _bearing_key_identifier(pki: Pki) -> Scene:
    """Have the attacker's certificate bear the identifier of the person's key, alone."""
    other = stranger(pki.algorithm)
    twin = other.issue(extensions=end_entity(pki.leaf_key.public, other.ca_issuer.key.public))
    kept = attributes(pki, without=(CERTIFICATE_V2,))
    identifier = key_name(key_id(pki.leaf_key.public))
    scene = by_stranger(pki, twin, pki.ca, attributes_=kept, name=identifier, version=3)
    return replace(scene, intermediates=(pki.leaf,))


def _renamed(pki: Pki) -> Scene:
    """Show another name for the same key: issued by the same authority, meant for another use."""
    twin = pki.issue(subject=person("Главный Бухгалтер"))
    return usual(pki, signer(pki, name=name_of(twin)), certificates=(twin, pki.ca))


def _renamed_quietly(pki: Pki) -> Scene:
    """Give the other certificate of the key the same number, and leave the right one out."""
    twin = pki.issue(subject=person("Главный Бухгалтер"), serial=_number(pki.leaf))
    return usual(pki, signer(pki), certificates=(twin, pki.ca))


def _patched(pki: Pki, old: bytes, new: bytes) -> Scene:
    """Change octets inside the certificate, which its signature then no longer fits."""
    assert pki.leaf.count(old) >= 1
    assert len(old) == len(new)
    changed = pki.leaf.replace(old, new)
    kept = attributes(pki, certificate=changed)
    return usual(pki, signer(pki, attributes_=kept), certificates=(changed, pki.ca))


def _no_certificate(pki: Pki, *certificates: bytes) -> Scene:
    return usual(pki, signer(pki), certificates=certificates)


# paths


@dataclass(frozen=True)
class Middle:
    """An authority made for one attack, between the root and a person."""

    issuer: Issuer

    @classmethod
    def under(cls, pki: Pki, above: Issuer | None = None, **fields: Any) -> "Middle":
        """Make one under the root, or under another authority."""
        top = above or pki.root_issuer
        made = Issuer(EphemeralKey.generate(pki.algorithm), fields.pop("subject", NAME))
        fields.setdefault("extensions", ca_extensions(made.key.public, top.key.public))
        made.certificate = top.issue(made.key.public, subject=made.name, **fields)
        return cls(made)

    def scene(self, pki: Pki, *more: bytes, crls: Sequence[bytes] = (), **fields: Any) -> Scene:
        """Have a person of this authority sign; its own empty list is at hand."""
        certificate = self.issuer.issue(pki.leaf_key.public, **fields)
        lists = (*pki.crls, self.issuer.crl(), *crls)
        made = under(pki, certificate, self.issuer.certificate, *more)
        return replace(made, crls=lists)


NAME = authority("Промежуточный УЦ")


def _extended(pki: Pki, *more: ExtensionSpec, without: tuple[str, ...] = ()) -> Scene:
    usual_ones = end_entity(pki.leaf_key.public, pki.ca_issuer.key.public)
    kept = tuple(one for one in usual_ones if one.oid not in without)
    return under(pki, pki.issue(extensions=(*kept, *more)), pki.ca)


def _middle(pki: Pki, *extensions: ExtensionSpec, **fields: Any) -> Scene:
    """Give an authority other extensions; those that it must have are given whole."""
    above = pki.root_issuer.key.public

    def made(key: bytes) -> tuple[ExtensionSpec, ...]:
        usual_ones = ca_extensions(key, above)
        given = {one.oid for one in extensions}
        kept = tuple(one for one in usual_ones if one.oid not in given)
        return (*kept, *(one for one in extensions if one.value))

    issuer = Issuer(EphemeralKey.generate(pki.algorithm), NAME)
    issuer.certificate = pki.root_issuer.issue(
        issuer.key.public, subject=NAME, extensions=made(issuer.key.public), **fields
    )
    return Middle(issuer).scene(pki)


def _by_a_person(pki: Pki) -> Scene:
    """Let a person with an ordinary certificate issue one for another."""
    issuer = Issuer(pki.leaf_key, person())
    key = EphemeralKey.generate(pki.algorithm)
    certificate = issuer.issue(key.public, subject=person("Подделкин"))
    made = signer(pki, certificate=certificate, sign=key.sign)
    scene = usual(pki, made, certificates=(certificate, pki.leaf, pki.ca))
    return replace(scene, crls=(*pki.crls, issuer.crl()))


def _too_long(pki: Pki, count: int) -> Scene:
    """Stack authorities on each other."""
    stack = [Middle.under(pki)]
    for number in range(count):
        name = authority(f"УЦ {number}")
        stack.append(Middle.under(pki, stack[-1].issuer, subject=name))
    above = [one.issuer.certificate for one in stack[:-1]]
    return stack[-1].scene(pki, *above, crls=[one.issuer.crl() for one in stack[:-1]])


def _below_a_limit(pki: Pki) -> Scene:
    """Put an authority under one that may have none below."""
    extra = Middle.under(pki, pki.ca_issuer)
    return extra.scene(pki, pki.ca)


def _cycle(pki: Pki) -> Scene:
    """Let two authorities vouch for each other, and nobody for them."""
    one, two = (Issuer(EphemeralKey.generate(pki.algorithm), name) for name in CYCLE)
    for own, other in ((one, two), (two, one)):
        usages = ca_extensions(own.key.public, other.key.public)
        own.certificate = other.issue(own.key.public, subject=own.name, extensions=usages)
    return Middle(one).scene(pki, two.certificate)


CYCLE = (authority("УЦ А"), authority("УЦ Б"))


def _self_signed(pki: Pki, name: bytes) -> Scene:
    """Have the person's certificate vouch for itself."""
    own = Issuer(pki.leaf_key, name)
    usages = end_entity(pki.leaf_key.public, pki.leaf_key.public)
    certificate = own.issue(pki.leaf_key.public, subject=name, extensions=usages)
    return under(pki, certificate, pki.ca)


def _roots_twin(pki: Pki) -> Scene:
    """Bring a root of the right name and of another key along."""
    other = stranger(pki.algorithm)
    return replace(
        usual(other, signer(other), certificates=(other.leaf, other.ca, other.root, pki.root)),
        anchors=(pki.root,),
        crls=(*pki.crls, *other.crls),
    )


def _inner_algorithm(pki: Pki) -> Scene:
    """Name another algorithm inside the certificate than outside."""
    tbs, outer, value = der.read(pki.leaf).children()
    fields = list(tbs.children())
    changed = [der.element(one.tag, one.content) for one in fields]
    changed[2] = der.sequence(der.oid("1.2.840.113549.1.1.4"), der.NULL)
    inner = der.sequence(*changed)
    signed = der.element(der.BIT_STRING, b"\0" + pki.ca_issuer.key.sign(inner))
    certificate = der.sequence(inner, der.element(outer.tag, outer.content), signed)
    assert value
    return under(pki, certificate, pki.ca)


def _named(pki: Pki, constraint: ExtensionSpec) -> Scene:
    return _middle(pki, constraint)


def _middle_twice(pki: Pki) -> Scene:
    """Say twice whether this is an authority, first no, then yes."""
    issuer = Issuer(EphemeralKey.generate(pki.algorithm), NAME)
    issuer.certificate = pki.root_issuer.issue(
        issuer.key.public,
        subject=NAME,
        extensions=(
            build.basic_constraints(ca=False),
            *ca_extensions(issuer.key.public, pki.root_issuer.key.public),
        ),
    )
    return Middle(issuer).scene(pki)


DOMAIN = odd.directory(build.encode_name([build.NamePart("2.5.4.6", "DE")]))
OURS = odd.directory(build.encode_name([build.NamePart("2.5.4.6", "RU")]))

SWAPS: Mapping[str, Build] = {
    "signed by a stranger": lambda pki: by_stranger(pki, pki.leaf, pki.ca),
    "chain of a stranger": partial(_whole_chain_of_stranger, root=False),
    "chain of a stranger with its root": partial(_whole_chain_of_stranger, root=True),
    "certificate of a stranger under the real authority": _stranger_under_real_authority,
    "same issuer and number, stranger first": partial(_double, first=True),
    "same issuer and number, stranger last": partial(_double, first=False),
    "same issuer and number, nobody meant": partial(_double, first=True, named=False),
    "same key identifier": _double_by_key,
    "key identifier borrowed": _bearing_key_identifier,
    "another name for the same key": _renamed,
    "another name for the same key and number": _renamed_quietly,
    "name changed in the certificate": lambda pki: _patched(
        pki, "Директор".encode(), "Инженеры".encode()
    ),
    "authority's name in its place": lambda pki: usual(
        pki, signer(pki, name=name_of(pki.ca)), certificates=(pki.leaf, pki.ca)
    ),
    "only the authority's certificate": lambda pki: _no_certificate(pki, pki.ca),
    "no certificate": _no_certificate,
}
PATHS: Mapping[str, Build] = {
    "issued by a person": _by_a_person,
    "authority without the mark": lambda pki: _middle(pki, ExtensionSpec("2.5.29.19", b"")),
    "authority that is none": lambda pki: _middle(pki, build.basic_constraints(ca=False)),
    "authority without keyCertSign": lambda pki: _middle(
        pki, build.key_usage("digitalSignature", "cRLSign")
    ),
    "authority with an unknown critical demand": lambda pki: _middle(pki, UNKNOWN),
    "authority expired": lambda pki: _middle(pki, not_after=NOW - DAY),
    "authority not yet in force": lambda pki: _middle(pki, not_before=NOW + DAY),
    "authority below its limit": _below_a_limit,
    "authorities without end": partial(_too_long, count=12),
    "authorities in a circle": _cycle,
    "names not permitted": lambda pki: _middle(pki, odd.name_constraints(permitted=[DOMAIN])),
    "names excluded": lambda pki: _middle(pki, odd.name_constraints(excluded=[OURS])),
    "policy demanded": lambda pki: _middle(
        pki, odd.policy_constraints(explicit=0), build.policies("1.2.3.4")
    ),
    "vouching for itself": lambda pki: _self_signed(pki, person()),
    "vouching for itself in the authority's name": lambda pki: _self_signed(
        pki, pki.ca_issuer.name
    ),
    "vouching for itself in the root's name": lambda pki: _self_signed(pki, pki.root_issuer.name),
    "root's twin": _roots_twin,
    "authority missing": lambda pki: under(pki, pki.leaf),
    "nobody trusted": lambda pki: under(pki, pki.leaf, pki.ca, pki.root, anchors=()),
    "another root trusted": lambda pki: under(
        pki, pki.leaf, pki.ca, pki.root, anchors=(make_pki(KeyAlgorithm.ECDSA_P256).root,)
    ),
    "person with an unknown critical demand": lambda pki: _extended(pki, UNKNOWN),
    "person for key agreement only": lambda pki: _extended(
        pki, build.key_usage("keyAgreement"), without=("2.5.29.15",)
    ),
    "person for servers only": lambda pki: _extended(
        pki, build.extended_key_usage("1.3.6.1.5.5.7.3.1")
    ),
    "person for time-stamps only": lambda pki: _extended(
        pki, build.extended_key_usage("1.3.6.1.5.5.7.3.8")
    ),
    "extension twice": lambda pki: _extended(pki, build.key_usage("digitalSignature")),
    "limits twice": _middle_twice,
    "algorithm inside another than outside": _inner_algorithm,
    "person expired": lambda pki: under(pki, pki.issue(not_after=NOW - DAY), pki.ca),
    "person not yet in force": lambda pki: under(pki, pki.issue(not_before=NOW + DAY), pki.ca),
    "term turned round": lambda pki: under(
        pki,
        pki.issue(
            not_before=datetime(2030, 1, 1, tzinfo=UTC), not_after=datetime(2020, 1, 1, tzinfo=UTC)
        ),
        pki.ca,
    ),
}
