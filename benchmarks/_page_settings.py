"""The product's settings plus one empty page behind the login: the least any page can cost."""

from branch_crm.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks._page_urls"
