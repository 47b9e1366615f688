# The portal's one image: web, worker, beat and migrate differ only in their command (compose.yaml).
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 SPCG_VAR=/data
WORKDIR /portal

# Uploads lie in /data, which web and workers share; nothing else is written.
RUN useradd --system --uid 10001 --home-dir /portal --no-create-home portal \
    && install -d -o portal -g portal /data

COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check -r requirements.txt

COPY . .
# The sentence encoder, pinned by hash; the portal works without.
RUN python -m proposals.related.fetch || true
RUN SPCG_VAR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build

USER portal
VOLUME /data
EXPOSE 8000

# Asks under the portal's own name, since every other Host is refused.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-c", "\
import os, urllib.request as u; from urllib.parse import urlsplit; \
u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': urlsplit(os.environ['SITE_URL']).netloc}), timeout=4)"]

CMD ["gunicorn", "-c", "spcg_portal/gunicorn.py", "-b", "0.0.0.0:8000", "spcg_portal.wsgi"]
