import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** The milliseconds between two parts of the data. */
const EVERY = 4;

/** Sends something until the connection ends. */
function keepSending(connection: NodeJS.WritableStream, send: (count: number) => void) {
  let count = 0;
  const timer = setInterval(() => send((count += 1)), EVERY);
  connection.on('close', () => clearInterval(timer));
  connection.on('error', () => clearInterval(timer));
}

/** Answers a WebSocket's request, and sends a number in each of its messages. */
function startSocket(key: string, socket: Duplex) {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  keepSending(socket, (count) => {
    const text = Buffer.from(String(count));
    socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
  });
}

/** Starts a server of fast data: lines without end at `/lines`, and a WebSocket. */
export async function startFeed(): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Duplex>();
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'text/plain' });
    keepSending(response, (count) => response.write(`${count}\n${count}.5\n`));
  });
  server.on('upgrade', (request, socket) => {
    sockets.add(socket);
    startSocket(request.headers['sec-websocket-key'] ?? '', socket);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
