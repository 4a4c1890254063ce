from advisors.models.advisor import Advisor, Licence, Position
from advisors.models.leave import Leave
from advisors.models.skill import EvidenceKind, SkillEvidence, SkillPolicy

__all__ = ["Advisor", "EvidenceKind", "Leave", "Licence", "Position", "SkillEvidence", "SkillPolicy"]
