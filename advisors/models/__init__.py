from advisors.models.advisor import SERVING_POSITIONS, Advisor, Licence, Position
from advisors.models.contest import CONTEST_KINDS, Contest, ContestLevel, ResultUpload, Scoring
from advisors.models.evidence_kind import EvidenceKind
from advisors.models.leave import Leave
from advisors.models.skill import SkillEvidence, SkillPolicy

__all__ = [
    "CONTEST_KINDS",
    "SERVING_POSITIONS",
    "Advisor",
    "Contest",
    "ContestLevel",
    "EvidenceKind",
    "Leave",
    "Licence",
    "Position",
    "ResultUpload",
    "Scoring",
    "SkillEvidence",
    "SkillPolicy",
]
