# Werkstem as one image: `serve` and `worker` are the same code with another command.
FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/srv/werkstem \
    DATA=/data \
    TMPDIR=/run/werkstem \
    MPLCONFIGDIR=/run/werkstem/matplotlib

# What the service needs to run, locked with hashes; nothing of what only developers need.
COPY requirements/run.txt /srv/requirements.txt
RUN pip install --no-cache-dir --require-hashes --requirement /srv/requirements.txt

RUN useradd --system --uid 10001 --no-create-home --home-dir /srv/werkstem werkstem \
    && install --directory --owner=werkstem --mode=0700 /data /run/werkstem \
    && printf '#!/bin/sh\nexec python -c "import sys; from api.command_line import main; sys.exit(main())" "$@"\n' \
        > /usr/local/bin/werkstem \
    && chmod 0755 /usr/local/bin/werkstem

WORKDIR /srv/werkstem
COPY LICENSE pyproject.toml ./
COPY domain ./domain
COPY storage ./storage
COPY reports ./reports
COPY bot ./bot
COPY api ./api
COPY locales ./locales

# Compiled once here, because the service itself may not write beside its code.
RUN python -m compileall -q api bot domain reports storage

USER werkstem
# The SQLite database lives here when no other database is named.
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=4 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]

ENTRYPOINT ["werkstem"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080"]
