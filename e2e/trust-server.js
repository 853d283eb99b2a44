import { serve } from '@hono/node-server';
import { createServer, fileTrustStore, postgresTrustStore } from '@nousviz/widget-runtime/server';
import { Pool } from 'pg';

// A server for tests that kill it: `node trust-server.js <plugins folder> <trust file | connection string> [schema]`.
// It accepts every request as the operator in the header, and prints its port when it is ready.

const [plugins = '', home = '', schema = 'public'] = process.argv.slice(2);

function openStore() {
  if (!home.startsWith('postgres:')) return fileTrustStore(home);
  const pool = new Pool({ connectionString: home });
  pool.on('error', console.error);
  return postgresTrustStore(pool, { schema });
}

const { fetch: handler } = createServer({
  plugins,
  trust: openStore(),
  operator: (request) => request.headers.get('x-who'),
});
serve({ fetch: handler, hostname: '127.0.0.1', port: 0 }, ({ port }) => console.log(port));
