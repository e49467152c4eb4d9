"""Every code that the check of a CMS signature can give; the words stand in ``app.texts``.

The name of each class says where its codes stand in `SignatureFacts` and thereby what they do to
the verdict. Facts are named in brackets.
"""

from enum import StrEnum


class FormatProblem(StrEnum):
    """``format_problems``: TOTAL_FAILED, FORMAT_FAILURE."""

    TRAILING_DATA = "trailing_data"
    """Octets follow the signature structure [offset] (CMS-02)."""
    SIGNER_INFO_DAMAGED = "signer_info_damaged"
    """The block of one signer cannot be read [where, offset]."""
    ATTRIBUTE_DAMAGED = "attribute_damaged"
    """A signed attribute has no readable value, or not exactly one [oid]."""
    ATTRIBUTE_REPEATED = "attribute_repeated"
    """A type occurs twice among the signed attributes [oid] (CMS-14)."""
    CONTENT_TYPE_MISSING = "content_type_missing"
    """Signed attributes without content-type (CMS-08)."""
    CONTENT_TYPE_MISMATCH = "content_type_mismatch"
    """The signed content-type is not that of the content [signed, actual] (CMS-08)."""
    FORGED_ATTRIBUTES = "forged_attributes"
    """The content is itself a set of signed attributes of some other signature (CMS-06)."""
    ATTACHED_CONTENT_DIFFERS = "attached_content_differs"
    """The file given beside an attached signature is not the content inside it (CMS-11)."""
    COUNTER_SIGNATURE_CONTENT_TYPE = "counter_signature_content_type"
    """A counter-signature carries content-type, which the standard forbids (CAD-07)."""
    COUNTER_SIGNATURE_TOO_DEEP = "counter_signature_too_deep"
    """Counter-signatures stand on each other deeper than we follow [maximum] (CAD-07)."""


class ConstraintProblem(StrEnum):
    """``constraint_problems``: INDETERMINATE, SIG_CONSTRAINTS_FAILURE."""

    ATTRIBUTES_REQUIRED = "attributes_required"
    """No signed attributes although the content is not plain data [content_type] (CMS-05)."""
    DIGEST_ALGORITHM_NOT_LISTED = "digest_algorithm_not_listed"
    """The signer's digest is missing in the list at the head of the file [oid] (RFC 5652 §5.1)."""
    ALGORITHM_PARAMETERS = "algorithm_parameters"
    """An algorithm carries parameters that it must not have [oid]."""
    CONTENT_NOT_OCTETS = "content_not_octets"
    """The content is a structure of PKCS #7, whose type and length nobody signed."""
    SIGNER_NAME_INEXACT = "signer_name_inexact"
    """The issuer's name in the signer's block is spelled otherwise than in the certificate."""
    TEST_PARAMETER_SET = "test_parameter_set"
    """The key lies on a curve that is for tests only [oid] (GST-05)."""


class Unsupported(StrEnum):
    """``unsupported``: INDETERMINATE, CRYPTO_CONSTRAINTS_FAILURE (CMS-13)."""

    DIGEST_UNSUPPORTED = "digest_unsupported"
    """Unknown digest algorithm [oid]."""
    SIGNATURE_UNSUPPORTED = "signature_unsupported"
    """Unknown signature algorithm or key [oid]."""
    CERTIFICATE_DIGEST_UNSUPPORTED = "certificate_digest_unsupported"
    """Unknown digest in signing-certificate-v2 [oid]."""
    EDDSA_WITHOUT_ATTRIBUTES = "eddsa_without_attributes"
    """EdDSA over the content itself: it would need the whole content at once."""


class Remark(StrEnum):
    """``warnings``: no change of the verdict by themselves; some explain a failure beside them."""

    # why a check failed: the verdict follows from digest_matches or signature_verifies
    MESSAGE_DIGEST_MISSING = "message_digest_missing"
    """Signed attributes without message-digest; digest_matches is False (CMS-09)."""
    DIGEST_ALGORITHM_MISMATCH = "digest_algorithm_mismatch"
    """Signature and digest algorithm contradict each other [signature_oid, digest_oid]; the
    signature counts as wrong (CMS-12)."""
    ALGORITHM_PROTECTION_MISMATCH = "algorithm_protection_mismatch"
    """CMSAlgorithmProtection names other algorithms; the signature counts as wrong (CMS-12)."""
    PUBLIC_KEY_INVALID = "public_key_invalid"
    """The signer's public key is no point of its curve, or damaged; the signature counts as wrong
    (GST-03)."""
    # why there is no signer
    SIGNER_CERTIFICATE_MISSING = "signer_certificate_missing"
    """No certificate in the file, nor among those at hand, answers the signer's name (CMS-16)."""
    SIGNER_CERTIFICATE_AMBIGUOUS = "signer_certificate_ambiguous"
    """Several certificates answer the name and nothing tells which is meant [count] (CMS-16)."""
    SIGNER_CERTIFICATE_DAMAGED = "signer_certificate_damaged"
    """The signer's certificate cannot be read."""
    # remarks
    CERTIFICATE_DAMAGED = "certificate_damaged"
    """Some certificate in the file cannot be read and was passed over [count]."""
    CERTIFICATE_NOT_EMBEDDED = "certificate_not_embedded"
    """The signer's certificate came from elsewhere; no CAdES without it (CAD-01)."""
    NO_SIGNED_ATTRIBUTES = "no_signed_attributes"
    """A bare signature over the content, as the tax service made them for years."""
    ATTRIBUTES_NOT_DER = "attributes_not_der"
    """The signed attributes are not DER; the signature holds over [over]: ``der`` or ``received``
    (CMS-07)."""
    SIGNER_VERSION = "signer_version"
    """SignerInfo.version does not fit the kind of the signer's name [version] (CMS-15)."""
    SIGNED_DATA_VERSION = "signed_data_version"
    """SignedData.version is none of 1, 3, 4, 5 [version]."""
    SIGNING_TIME_DAMAGED = "signing_time_damaged"
    """signing-time cannot be read, or has several values (CMS-10)."""
    SIGNATURE_ALGORITHM_GENERATION = "signature_algorithm_generation"
    """The signature algorithm is named by an OID of another GOST generation than the key [oid]."""
    GOST_DIGEST_PARAMETER_SET = "gost_digest_parameter_set"
    """digestParamSet of the key is not what RFC 9215 §4.2 demands [oid] (GST-04)."""
    SIGNING_CERTIFICATE_TWICE = "signing_certificate_twice"
    """Both signing-certificate and its second version are present (CAD-02)."""
    UNSIGNED_ATTRIBUTE_UNCHECKED = "unsigned_attribute_unchecked"
    """An unsigned attribute that this program does not check [oid]."""
    UNSIGNED_ATTRIBUTE_DAMAGED = "unsigned_attribute_damaged"
    """An unsigned attribute that cannot be read [oid]."""
    TEXT_BEFORE_PEM = "text_before_pem"
    """The file has text before the PEM block."""
    SIGNATURE_POLICY_UNCHECKED = "signature_policy_unchecked"
    """The signer refers to a signature policy, whose text is not looked for [oid] (CAD-03)."""


class LevelRemark(StrEnum):
    """``warnings`` about what stands above CAdES-BES: why the level is not higher."""

    STAMP_UNSOUND = "level_stamp_unsound"
    """A time-stamp cannot be relied on [kind]; its own problems follow (CAD-04)."""
    STAMP_IMPRINT_UNKNOWN = "level_stamp_imprint_unknown"
    """What a time-stamp is over could not be compared [kind]."""
    STAMP_AFTER_EXPIRY = "level_stamp_after_expiry"
    """The time-stamp was made after the end of the signer's certificate [at] (CAD-04)."""
    STAMP_ORDER = "level_stamp_order"
    """The times of the time-stamps contradict each other."""
    STAMPS_TOO_MANY = "level_stamps_too_many"
    """More time-stamps than we look at [maximum]; the others count as absent."""
    REFERENCES_INCOMPLETE = "references_incomplete"
    """One kind of references is missing, repeated, or empty (CAD-05)."""
    REFERENCES_DAMAGED = "references_damaged"
    """References or values cannot be read [oid] (CAD-05)."""
    REFERENCES_UNRESOLVED = "references_unresolved"
    """References to which no certificate, list or response in the file answers [count]
    (CAD-05)."""
    HASH_INDEX_COUNT = "hash_index_count"
    """An archive time-stamp without exactly one readable index of what it protects [count]
    (CAD-06)."""
    HASH_INDEX_MISMATCH = "hash_index_mismatch"
    """The index of an archive time-stamp speaks of things that are not in the file [count]
    (CAD-06)."""
    HASH_INDEX_DIGEST = "hash_index_digest"
    """The index uses another digest than its time-stamp (CAD-06)."""
    ARCHIVE_PARTIAL = "archive_partial"
    """The archive time-stamp does not protect all that the check needs (CAD-06)."""
    ARCHIVE_FORM_UNKNOWN = "archive_form_unknown"
    """An archive time-stamp of the oldest form: its imprint is not defined clearly enough."""
    EVIDENCE_INCOMPLETE = "level_evidence_incomplete"
    """Revocation data are in the file, but not for every certificate that needs them."""
