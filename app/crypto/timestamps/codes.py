"""Every code that the check of a time-stamp can give; the words stand in ``app.texts``.

Facts are named in brackets. A client that asked for the time-stamp refuses it for any problem,
naming it as ``reason`` of ``TIME_STAMP_WRONG`` without the prefix.
"""

from enum import StrEnum

PREFIX = "tsp_"


class StampProblem(StrEnum):
    """``problems``: each one makes the time-stamp worthless."""

    STRUCTURE = "tsp_structure"
    """No CMS structure of a time-stamp, or no TSTInfo in it [where, offset]."""
    CONTENT_TYPE = "tsp_content_type"
    """The structure signs something else [oid] (T-01)."""
    SIGNERS = "tsp_signers"
    """Not exactly one signer [count] (T-01)."""
    VERSION = "tsp_version"
    """TSTInfo of another version [version]."""
    EXTENSION = "tsp_extension"
    """A critical extension that nobody here knows [oid]."""
    CERTIFICATE = "tsp_certificate"
    """The certificate of the authority is not there."""
    SIGNING_CERTIFICATE = "tsp_signing_certificate"
    """signing-certificate(-v2) is missing, or means another certificate (T-02)."""
    PURPOSE = "tsp_purpose"
    """The extended key usage is not time-stamping alone, and critical (T-01)."""
    KEY_USAGE = "tsp_key_usage"
    """The key may sign certificates or encrypt, but not sign data (RFC 3161 §2.3)."""
    ACCURACY = "tsp_accuracy"
    """The accuracy is no such number."""
    SIGNATURE = "tsp_signature"
    """The authority's own signature is wrong, or cannot be checked."""
    IMPRINT = "tsp_imprint"
    """The time-stamp is over other octets (T-03)."""
    ALGORITHM = "tsp_algorithm"
    """The imprint is by a digest that anybody can forge, or that is unknown [digest]."""


class StampRemark(StrEnum):
    """``warnings``: no change of the verdict by themselves."""

    OTHER_NAME = "tsp_other_name"
    """The name inside is none of the certificate's."""
    WEAK_DIGEST = "tsp_weak_digest"
    """The imprint is by a digest that was withdrawn [digest]."""
    CLOCK_SKEW = "tsp_clock_skew"
    """The clock of this computer and the authority's differ [minutes] (T-07)."""
