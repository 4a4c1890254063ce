"""The product's settings plus one empty page behind the login: the least any page can cost. Requests are not logged."""

import logging

import structlog

from branch_crm.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks._page_urls"
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
