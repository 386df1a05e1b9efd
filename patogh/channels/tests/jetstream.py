"""A WebSocket that speaks as Jetstream does, for the tests."""

import json
import threading

from websockets.sync.server import serve


class Jetstream:
    """Sends what it has to whoever connects, and hangs up."""

    def __init__(self) -> None:
        self.says: list = []
        self.paths: list[str] = []
        self.ws = serve(self.tell, "127.0.0.1", 0, close_timeout=1)
        self.place = f"127.0.0.1:{self.ws.socket.getsockname()[1]}"
        threading.Thread(target=self.ws.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.ws.shutdown()

    def tell(self, socket) -> None:
        self.paths.append(socket.request.path)
        for said in self.says:
            socket.send(said if isinstance(said, (str, bytes)) else json.dumps(said, ensure_ascii=False))
