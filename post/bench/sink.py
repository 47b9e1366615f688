"""An SMTP server for `bench-faults`, sharing no code with the portal: it misbehaves on purpose and writes down every
message that it took before it answers. `python -m post.bench.sink PORT LOG '{"delay": 0.001, ...}'`

greylist: the first RCPT of every recipient is answered 451; poison: recipients with this word get 550;
drop: after every so many messages the connection breaks after the final dot; hang: the first so many connections fall
silent for ever, each at another step: before the greeting, after RCPT, after DATA, after the final dot (taken, and the
answer never comes). When one falls silent stands in LOG.silent."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time

STEPS = ("greeting", "RCPT", "DATA", "dot")
MESSAGES_BEFORE = 20  # of a connection that falls silent at any step but the first
HEADER = re.compile(rb"^(Message-ID|Date|To): (.*)\r\n", re.MULTILINE | re.IGNORECASE)


class Sink:
    def __init__(self, log: str, options: dict):
        self.log = open(log, "ab", buffering=0)  # noqa: SIM115
        self.options = options
        self.seen: set[str] = set()
        self.silent = open(f"{log}.silent", "ab", buffering=0)  # noqa: SIM115
        self.taken = self.connections = 0

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        hangs = self.connections <= self.options.get("hang", 0)
        step = STEPS[self.connections % len(STEPS)] if hangs else ""
        recipient, taken = "", 0
        try:
            if step == "greeting":
                await self.fall_silent()
            writer.write(b"220 sink\r\n")
            while line := await reader.readline():
                command = line.decode("latin-1").strip()
                verb = command[:4].upper()
                if verb == step and taken >= MESSAGES_BEFORE:
                    await self.fall_silent()
                if verb == "EHLO":
                    writer.write(b"250-sink\r\n250 PIPELINING\r\n")
                elif verb == "RCPT":
                    recipient = command.partition("<")[2].partition(">")[0]
                    answer = self.judge(recipient)
                    recipient = recipient if answer.startswith(b"250") else ""
                    writer.write(answer)
                elif verb == "DATA" and recipient:
                    writer.write(b"354 go on\r\n")
                    text = await reader.readuntil(b"\r\n.\r\n")
                    if not await self.take(recipient, text):
                        writer.transport.abort()
                        return
                    taken += 1
                    if step == "dot" and taken > MESSAGES_BEFORE:
                        await self.fall_silent()
                    writer.write(b"250 taken\r\n")
                    recipient = ""
                elif verb == "QUIT":
                    writer.write(b"221 bye\r\n")
                    return
                else:
                    writer.write(b"554 no valid recipients\r\n" if verb == "DATA" else b"250 ok\r\n")
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def fall_silent(self) -> None:
        self.silent.write(json.dumps({"at": time.time()}).encode() + b"\n")
        await asyncio.sleep(3600)

    def judge(self, recipient: str) -> bytes:
        if self.options.get("poison") and self.options["poison"] in recipient:
            return b"550 5.1.1 no such user\r\n"
        if self.options.get("greylist") and recipient not in self.seen:
            self.seen.add(recipient)
            return b"451 4.7.1 greylisted\r\n"
        return b"250 ok\r\n"

    async def take(self, recipient: str, text: bytes) -> bool:
        """Writes it down; False when the connection is to break now."""
        head = text.partition(b"\r\n\r\n")[0] + b"\r\n"
        found = {name.lower().decode(): value.decode() for name, value in HEADER.findall(head)}
        found |= {"rcpt": recipient, "at": time.time()}
        self.log.write(json.dumps(found).encode() + b"\n")
        self.taken += 1
        await asyncio.sleep(self.options.get("delay", 0))
        every = self.options.get("drop", 0)
        return not (every and self.taken % every == 0)


async def main() -> None:
    port, log, options = int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
    server = await asyncio.start_server(Sink(log, options).converse, "127.0.0.1", port, limit=2**26)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
