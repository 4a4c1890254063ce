from branch_crm.core.jobs import job_kind
from branch_crm.night.morning import KIND as MORNING
from branch_crm.night.morning import greet
from branch_crm.night.run import KIND, walk

job_kind(KIND)(walk)
job_kind(MORNING)(greet)
