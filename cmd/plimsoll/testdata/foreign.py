"""A WebSocket server on the websockets package that admits so many connections at once, and counts them by itself.

It prints its port, answers /peak with the most connections that it has held at once since it was last asked, refuses
connections beyond its limit with status 503, and ends with its standard input.
"""
import asyncio
import sys
from http import HTTPStatus

import websockets

limit = int(sys.argv[1])
admitted = held = peak = 0


class Server(websockets.WebSocketServerProtocol):
    admitted = False

    async def process_request(self, path, headers):
        global admitted, peak
        if path == "/peak":
            answer, peak = b"%d" % peak, held
            return HTTPStatus.OK, [], answer
        if admitted == limit:
            return HTTPStatus.SERVICE_UNAVAILABLE, [], b"full"
        admitted, self.admitted = admitted + 1, True

    def connection_lost(self, reason):
        global admitted
        admitted -= self.admitted
        super().connection_lost(reason)


async def hold(connection):
    global held, peak
    held += 1
    peak = max(peak, held)
    await connection.wait_closed()
    held -= 1


async def main():
    async with websockets.serve(hold, "127.0.0.1", 0, create_protocol=Server, ping_interval=None, backlog=1024) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
