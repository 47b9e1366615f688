"""A small IMAP server on the loopback address: as much of RFC 3501 as reading a mailbox takes."""

from __future__ import annotations

import re
import socketserver
import threading


class ImapServer:
    """`flags` are those of the mails that are left."""

    def __init__(self, user: str, password: str, mails: list[bytes]):
        self.user, self.password = user, password
        self.mails = dict(enumerate(mails, 1))
        self._flags: dict[int, set[str]] = {number: set() for number in self.mails}

    @property
    def flags(self):
        return list(self._flags.values())

    def __enter__(self):
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                outer.converse(self.rfile, self.wfile)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self._server.shutdown()
        self._server.server_close()

    def converse(self, reader, writer):
        writer.write(b"* OK ready\r\n")
        while line := reader.readline().decode().strip():
            tag, _space, command = line.partition(" ")
            lines, state = self.answer(command)
            for text in lines:
                writer.write(text if isinstance(text, bytes) else f"* {text}\r\n".encode())
            writer.write(f"{tag} {state} done\r\n".encode())
            if command == "LOGOUT":
                return

    def answer(self, command):
        words = command.split()
        if words[0] == "CAPABILITY":
            return ["CAPABILITY IMAP4rev1"], "OK"
        if words[0] == "LOGIN":
            return [], "OK" if command == f'LOGIN {self.user} "{self.password}"' else "NO"
        if words[0] == "SELECT":
            return [f"{len(self.mails)} EXISTS"], "OK"
        if command == "UID SEARCH UNSEEN":
            unseen = [str(key) for key in self.mails if "\\Seen" not in self._flags[key]]
            return [" ".join(["SEARCH", *unseen])], "OK"
        if words[:2] == ["UID", "FETCH"]:
            mail = self.mails[int(words[2])]
            return [f"* 1 FETCH (UID {words[2]} BODY[] {{{len(mail)}}}\r\n".encode() + mail + b")\r\n"], "OK"
        if words[:2] == ["UID", "STORE"]:
            self._flags[int(words[2])] |= set(re.findall(r"\\\w+", command))
            return [], "OK"
        if words[0] == "EXPUNGE":
            for key in [key for key, flags in self._flags.items() if "\\Deleted" in flags]:
                del self.mails[key], self._flags[key]
            return [], "OK"
        return (["BYE"], "OK") if words[0] == "LOGOUT" else ([], "BAD")
