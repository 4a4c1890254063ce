"""How gunicorn runs the product: `gunicorn -c branch_crm/gunicorn.py branch_crm.wsgi`. Two cores carry a branch."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = 4
# Code is loaded once and shared by the workers.
preload_app = True
timeout = 60
graceful_timeout = 8
keepalive = 15
# A worker is replaced now and then, not all at the same moment.
max_requests = 5000
max_requests_jitter = 500
# Heartbeat files on a disk can block; memory cannot.
worker_tmp_dir = "/dev/shm"  # noqa: S108
accesslog = None
errorlog = "-"
control_socket_disable = True
