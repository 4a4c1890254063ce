from clients.models.client import Client, ClientStatus, InvestorClass, RiskLevel
from clients.models.fact_block import FACTS_LOCK, FactBlock
from clients.models.facts import AssetSnapshot, CashFlow, IpoQuota, MonthlySum, Position, Product, ProductOrder, Trade
from clients.models.figures import ClientFigures
from clients.models.imports import ColumnMapping, ImportDataset, ImportRun
from clients.models.persona import BehaviourRun, ClientBehaviour, PersonaOverride, PersonaPolicy, QuestionnaireAnswer
from clients.models.profile import ClientProfile
from clients.models.value import ClientValue, ScoringRun, Tier, ValuePolicy, ValueType
from clients.models.viewing import ExportRequest, Reveal, SavedView

__all__ = [
    "FACTS_LOCK",
    "AssetSnapshot",
    "BehaviourRun",
    "CashFlow",
    "Client",
    "ClientBehaviour",
    "ClientFigures",
    "ClientProfile",
    "ClientStatus",
    "ClientValue",
    "ColumnMapping",
    "ExportRequest",
    "FactBlock",
    "ImportDataset",
    "ImportRun",
    "InvestorClass",
    "IpoQuota",
    "MonthlySum",
    "PersonaOverride",
    "PersonaPolicy",
    "Position",
    "Product",
    "ProductOrder",
    "QuestionnaireAnswer",
    "Reveal",
    "RiskLevel",
    "SavedView",
    "ScoringRun",
    "Tier",
    "Trade",
    "ValuePolicy",
    "ValueType",
]
