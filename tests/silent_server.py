"""A server that accepts connections and never answers, or answers very slowly, and knows what becomes of them."""

import socket
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Silent:
    url: str
    trickle: bytes = b""
    """Sent one byte at a time, every `pause` seconds; the connection stays open after the last."""

    pause: float = 0.05
    accepted: list[bool] = field(default_factory=list[bool])
    received: list[bytes] = field(default_factory=list[bytes])
    is_asked: threading.Event = field(default_factory=threading.Event)
    """Whether a first byte has arrived."""

    is_left: threading.Event = field(default_factory=threading.Event)
    """Whether a client has closed its connection."""

    is_over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def silent_server(
    trickle: bytes = b"", *, pause: float = 0.05, tls: ssl.SSLContext | None = None
) -> Generator[Silent]:
    listener = socket.create_server(("127.0.0.1", 0))
    scheme = "http" if tls is None else "https"
    silent = Silent(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}", trickle, pause)

    def serve(connection: socket.socket) -> None:
        with (
            suppress(OSError),
            connection if tls is None else tls.wrap_socket(connection, server_side=True) as stream,
        ):
            threading.Thread(target=trickle_out, args=(stream,), daemon=True).start()
            while block := stream.recv(65536):
                silent.received.append(block)
                silent.is_asked.set()
        silent.is_left.set()

    def trickle_out(stream: socket.socket) -> None:
        silent.is_asked.wait(30)
        with suppress(OSError):
            for byte in silent.trickle:
                if silent.is_over.wait(silent.pause):
                    return
                stream.sendall(bytes([byte]))

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                silent.accepted.append(True)
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield silent
    finally:
        silent.is_over.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
