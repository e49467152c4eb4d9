"""What the crypto worker can be asked. Light: the window and the command line import this file.

Keep the list in alphabetical order; the functions that answer stand in ``app.crypto.worker``.
"""

from app.crypto.accreditation.model import (
    FetchedList,
    FetchListRequest,
    ReadList,
    ReadListRequest,
)
from app.crypto.backups.model import Backup, MakeBackup, ReadBackup
from app.crypto.editing.model import Convert, Edited, Extract, Merge, Remove, Split
from app.crypto.fields.model import FieldsAnswer, FieldsRequest
from app.crypto.gathering.model import Gathered, GatherRequest
from app.crypto.model import (
    CertificateShowAnswer,
    CertificateShowRequest,
    ChainAnswer,
    ChainRequest,
    FinishRequest,
    PracticeKit,
    PracticeRequest,
    PreparedSignature,
    SignedFile,
    SignRequest,
    Verification,
    VerifyManyAnswer,
    VerifyManyRequest,
    VerifyRequest,
)
from app.crypto.packages.model import (
    DigestAnswer,
    DigestRequest,
    SiftAnswer,
    SiftRequest,
    Unpacked,
    UnpackRequest,
)
from app.crypto.presigning.model import PresignAnswer, PresignRequest
from app.crypto.raising.model import RaisedFile, RaiseRequest
from app.crypto.releases.model import FetchNote, NoteAnswer, ReadNote
from app.crypto.requests.model import (
    MadeRequest,
    PreparedRequest,
    RequestFacts,
    RequestFinish,
    RequestOrder,
    RequestShow,
)
from app.crypto.revisions.model import (
    ExtractedRevision,
    ExtractRevision,
    RevisionsAnswer,
    RevisionsRequest,
)
from app.crypto.routes.model import Marks, MarksRequest
from app.crypto.stamping.copy import StampedCopy, StampRequest
from app.crypto.trials.model import (
    SelfTestAnswer,
    SelfTestRequest,
    StampTryAnswer,
    StampTryRequest,
)
from app.crypto.trust.model import (
    BundleAnswer,
    BundleRequest,
    LookAnswer,
    LookRequest,
    MissingAnswer,
    MissingRequest,
    RefreshAnswer,
    RefreshRequest,
    StoresAnswer,
    StoresRequest,
)
from app.crypto.verifying.replay_model import ReplayAnswer, ReplayRequest
from app.crypto.viewing.model import MarkPicture, MarkTrial, ViewAnswer, ViewRequest
from app.processes.method import Method

ACCREDITED_LIST_FETCH = Method("accredited_list_fetch", FetchListRequest, FetchedList)
ACCREDITED_LIST_READ = Method("accredited_list_read", ReadListRequest, ReadList)
BACKUP_MAKE = Method("backup_make", MakeBackup, Backup)
BACKUP_READ = Method("backup_read", ReadBackup, Backup)
CERTIFICATE_SHOW = Method("certificate_show", CertificateShowRequest, CertificateShowAnswer)
CHAIN = Method("chain", ChainRequest, ChainAnswer)
DIGEST = Method("digest", DigestRequest, DigestAnswer)
PRACTICE_ENTER = Method("practice_enter", PracticeRequest, PracticeKit)
GATHER = Method("gather", GatherRequest, Gathered)
PRESIGN = Method("presign", PresignRequest, PresignAnswer)
MARK_TRY = Method("mark_try", MarkTrial, MarkPicture)
RAISE = Method("raise", RaiseRequest, RaisedFile)
RELEASE_FETCH = Method("release_fetch", FetchNote, NoteAnswer)
RELEASE_READ = Method("release_read", ReadNote, NoteAnswer)
REPLAY = Method("replay", ReplayRequest, ReplayAnswer)
REQUEST_FINISH = Method("request_finish", RequestFinish, MadeRequest)
REQUEST_PREPARE = Method("request_prepare", RequestOrder, PreparedRequest)
REQUEST_SHOW = Method("request_show", RequestShow, RequestFacts)
ROUTE_MARKS = Method("route_marks", MarksRequest, Marks)
SELF_TEST = Method("self_test", SelfTestRequest, SelfTestAnswer)
SIFT = Method("sift", SiftRequest, SiftAnswer)
REVISIONS = Method("revisions", RevisionsRequest, RevisionsAnswer)
REVISION_EXTRACT = Method("revision_extract", ExtractRevision, ExtractedRevision)
SIGNATURE_CONVERT = Method("signature_convert", Convert, Edited)
SIGNATURE_EXTRACT = Method("signature_extract", Extract, Edited)
SIGNATURE_FIELDS = Method("signature_fields", FieldsRequest, FieldsAnswer)
SIGNATURE_MERGE = Method("signature_merge", Merge, Edited)
SIGNATURE_REMOVE = Method("signature_remove", Remove, Edited)
SIGNATURE_SPLIT = Method("signature_split", Split, Edited)
SIGN_FINISH = Method("sign_finish", FinishRequest, SignedFile)
SIGN_PREPARE = Method("sign_prepare", SignRequest, PreparedSignature)
STAMP = Method("stamp", StampRequest, StampedCopy)
TIME_STAMP_TRY = Method("time_stamp_try", StampTryRequest, StampTryAnswer)
TRUST_BUNDLE = Method("trust_bundle", BundleRequest, BundleAnswer)
TRUST_LOOK = Method("trust_look", LookRequest, LookAnswer)
TRUST_MISSING = Method("trust_missing", MissingRequest, MissingAnswer)
TRUST_REFRESH = Method("trust_refresh", RefreshRequest, RefreshAnswer)
TRUST_STORES = Method("trust_stores", StoresRequest, StoresAnswer)
UNPACK = Method("unpack", UnpackRequest, Unpacked)
VERIFY = Method("verify", VerifyRequest, Verification)
VERIFY_MANY = Method("verify_many", VerifyManyRequest, VerifyManyAnswer)
VIEW = Method("view", ViewRequest, ViewAnswer)
