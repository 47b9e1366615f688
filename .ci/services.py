"""Finds room on a PostgreSQL or Redis of the loopback address, without touching what others keep there.

create PORT          makes a database of a name of its own and prints its URL; fails where none lets us in
drop URL             removes that database, and those that pytest derived from it
redis PORT [WAIT]    prints the URL of a run of empty Redis databases; fails where none answers within WAIT seconds
flush URL            empties that run of Redis databases again
port                 prints a free port
"""

import os
import socket
import sys
import time
from urllib.parse import urlsplit

import psycopg2
import redis
from psycopg2 import sql

HOST = "127.0.0.1"
# The script itself, and each process of a parallel test run.
REDIS_DATABASES_NEEDED = 3


def postgres(port: int) -> psycopg2.extensions.connection:
    connection = psycopg2.connect(host=HOST, port=port, user="postgres", dbname="postgres", connect_timeout=5)
    connection.autocommit = True
    return connection


def create(port: str) -> str:
    name = f"spcg_ci_{os.getpid()}"
    with postgres(int(port)).cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(name)))
    return f"postgresql://postgres@{HOST}:{port}/{name}"


def drop(url: str) -> str:
    parts = urlsplit(url)
    name = parts.path.lstrip("/")
    with postgres(parts.port).cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname = %s OR datname LIKE %s", [name, f"test_{name}%"])
        for (found,) in cursor.fetchall():
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(found)))
    return ""


def empty_databases(port: int) -> str:
    """The first of so many neighbours that hold nothing."""
    server = redis.Redis(host=HOST, port=port, socket_timeout=5)
    count = int(server.config_get("databases")["databases"])
    used = {int(name.removeprefix("db")) for name in server.info("keyspace")}
    for first in range(1, count - REDIS_DATABASES_NEEDED + 1):
        if used.isdisjoint(range(first, first + REDIS_DATABASES_NEEDED)):
            return f"redis://{HOST}:{port}/{first}"
    raise SystemExit("No empty databases on this Redis.")


def find_redis(port: str, wait: str = "0") -> str:
    end = time.monotonic() + float(wait)
    while True:
        try:
            return empty_databases(int(port))
        except redis.RedisError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def flush(url: str) -> str:
    parts = urlsplit(url)
    first = int(parts.path.lstrip("/"))
    for number in range(first, first + REDIS_DATABASES_NEEDED):
        redis.Redis(host=HOST, port=parts.port, db=number, socket_timeout=5).flushdb()
    return ""


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return str(probe.getsockname()[1])


COMMANDS = {"create": create, "drop": drop, "redis": find_redis, "flush": flush, "port": free_port}

if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    try:
        sys.stdout.write(COMMANDS[command](*arguments))
    except (psycopg2.Error, redis.RedisError) as error:
        sys.exit(f"{command}: {error}".splitlines()[0])
