# The product for a real installation: web, worker and beat run from this one image (docker-compose.yml).
FROM python:3.11-slim AS build
ENV UV_PROJECT_ENVIRONMENT=/opt/venv UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy PIP_NO_CACHE_DIR=1
RUN pip install "uv>=0.9,<1"
WORKDIR /srv/branch_crm
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-default-groups
COPY . .
# Addresses that nobody answers: nothing below opens a connection.
RUN export DATABASE_URL=postgres://build@localhost/build REDIS_URL=redis://localhost/0 \
        SECRET_KEY=only-for-this-build-step-0123456789abcdef FIELD_KEY=only-for-this-build-step-0123456789abcdef \
    && /opt/venv/bin/python tools/compile_translations.py \
    && /opt/venv/bin/python manage.py collectstatic --noinput -v0

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 LANG=C.UTF-8 \
    NUMBA_CACHE_DIR=/data/numba DATA_DIR=/data HOST=0.0.0.0
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin crm \
    && install -d -o crm -g crm -m 0750 /data /data/extracts /data/uploads
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/branch_crm /srv/branch_crm
WORKDIR /srv/branch_crm
USER crm
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "-c", "branch_crm/gunicorn.py", "branch_crm.wsgi"]
