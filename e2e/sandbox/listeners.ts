import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The listeners of another host than the page's, which count all that reaches them. */
export interface Listeners {
  /** The URL of the HTTP server: `localhost`, where the page is on `127.0.0.1`. */
  url: string;
  /** The port of the UDP socket. */
  udpPort: number;
  /** The paths of requests. */
  requests: string[];
  /** The number of TCP connections, also without a request. */
  connections: number;
  /** The number of UDP packets. */
  packets: number;
  close(): Promise<void>;
}

const BODIES: Record<string, string> = {
  js: 'globalThis.fetched = "code of another host";',
  css: 'body { outline: 1px solid red }',
  html: '<!doctype html><title>Other</title><p>Another host</p>',
  json: '{}',
};
const TYPES: Record<string, string> = {
  js: 'text/javascript',
  css: 'text/css',
  html: 'text/html',
  json: 'application/json',
};

/** Answers every request, and permits every page to read the answer. */
function answer({ url = '', headers }: IncomingMessage, response: ServerResponse) {
  const ending = /\.(\w+)(\?|$)/.exec(url)?.[1] ?? 'html';
  response.writeHead(200, {
    'Access-Control-Allow-Origin': headers.origin ?? '*',
    'Access-Control-Allow-Headers': '*',
    'Content-Type': TYPES[ending] ?? 'application/octet-stream',
    ...(url.includes('download') && { 'Content-Disposition': 'attachment; filename="x.bin"' }),
  });
  response.end(BODIES[ending] ?? '');
}

const listen = async (server: Server) => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** Starts the listeners. */
export async function startListeners(): Promise<Listeners> {
  const socket = createSocket('udp4');
  const server = createServer((request, response) => {
    listeners.requests.push(request.url ?? '');
    answer(request, response);
  });
  server.on('connection', () => (listeners.connections += 1));
  server.on('upgrade', ({ url = '' }, connection) => {
    listeners.requests.push(url);
    connection.destroy();
  });
  socket.on('message', () => (listeners.packets += 1));
  socket.bind(0, '127.0.0.1');
  const [port] = await Promise.all([listen(server), once(socket, 'listening')]);
  const listeners: Listeners = {
    url: `http://localhost:${port}`,
    udpPort: socket.address().port,
    requests: [],
    connections: 0,
    packets: 0,
    async close() {
      socket.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return listeners;
}
