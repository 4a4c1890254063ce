from retention.models.case import CaseTask, Offer, RetentionCase
from retention.models.competitor import CompetitorMove
from retention.models.drill import Drill, DrillCard, DrillPart, DrillScore
from retention.models.policy import RetentionPolicy, RiskPolicy
from retention.models.reason import Reason
from retention.models.request import Block, LeavingRequest, RequestStep
from retention.models.risk import ClientRisk, RiskEvaluation, RiskMeasures, RiskRun
from retention.models.script import Script, ScriptUse, ScriptVersion
from retention.models.winback import WinBackConsent

__all__ = [
    "Block",
    "CaseTask",
    "ClientRisk",
    "CompetitorMove",
    "Drill",
    "DrillCard",
    "DrillPart",
    "DrillScore",
    "LeavingRequest",
    "Offer",
    "Reason",
    "RequestStep",
    "RetentionCase",
    "RetentionPolicy",
    "RiskEvaluation",
    "RiskMeasures",
    "RiskPolicy",
    "RiskRun",
    "Script",
    "ScriptUse",
    "ScriptVersion",
    "WinBackConsent",
]
