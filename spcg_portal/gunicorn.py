"""gunicorn's configuration, for production and for the demonstration.

Production: `gunicorn -c spcg_portal/gunicorn.py spcg_portal.wsgi`. WEB_CONCURRENCY says how many processes,
GUNICORN_CMD_ARGS whatever else. Without REDIS_URL Celery runs inside the one and only web process."""

import gc
import os
import signal

CELERY_EMBEDDED = not os.environ.get("REDIS_URL")

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
# The queue of an embedded worker is the memory of one process.
workers = 1 if CELERY_EMBEDDED else int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
# Loaded once, before the fork: a start that is refused is refused once, and the processes share memory.
preload_app = True
graceful_timeout = 8 if CELERY_EMBEDDED else 30
# gunicorn's socket for remote control lies in the home folder and nobody here uses it.
control_socket_disable = True
# The same rule as core.middleware.trusted_proxy: nobody's forwarded headers count unless named.
forwarded_allow_ips = os.environ.get("TRUSTED_PROXY", "")


def on_starting(server):
    """One process or none: a second one would have a queue that nobody hears."""
    if CELERY_EMBEDDED and server.cfg.workers != 1:
        raise RuntimeError("Without REDIS_URL the portal runs in one web process; set REDIS_URL to run more.")


def when_ready(server):
    # What was loaded stays for ever: the collector need not walk through it, a tenth of a second every few pages, nor
    # write into the memory that the processes share.
    gc.collect()
    gc.freeze()


def post_worker_init(worker):
    # Ctrl-C reaches every process of a terminal, and the server tells its workers to quit besides. gunicorn's own
    # handler must not run twice: the second call waits for a lock that the first one holds.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if CELERY_EMBEDDED:
        signal.signal(signal.SIGQUIT, worker.handle_exit)
        from spcg_portal import embedded

        embedded.start()


def worker_exit(server, worker):
    if CELERY_EMBEDDED and worker.pid == os.getpid():
        from spcg_portal import embedded

        # A second Ctrl-C, or the arbiter's own signal after it, must not cut the task in hand short.
        for name in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
            signal.signal(name, signal.SIG_IGN)
        embedded.stop()
