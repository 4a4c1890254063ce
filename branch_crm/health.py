"""Is this process able to serve? For load balancers and the start of the demo; says nothing about the data."""

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the database answers. A missing queue is told but is no reason to take a web server out: pages work."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        database = True
    except DatabaseError:
        database = False
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
            queue = bool(client.ping())
    except redis.RedisError:
        queue = False
    return JsonResponse({"database": database, "queue": queue}, status=200 if database else 503)
