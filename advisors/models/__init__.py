from advisors.models.advisor import SERVING_POSITIONS, Advisor, Licence, Position
from advisors.models.leave import Leave
from advisors.models.skill import EvidenceKind, SkillEvidence, SkillPolicy

__all__ = [
    "SERVING_POSITIONS",
    "Advisor",
    "EvidenceKind",
    "Leave",
    "Licence",
    "Position",
    "SkillEvidence",
    "SkillPolicy",
]
