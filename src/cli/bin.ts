#!/usr/bin/env node
// The command's first file: it stops with one sentence on a Node that is too old, before any other file is loaded. An old Node must be
// able to parse it, so it has only old syntax and no static import.

declare const __NODE__: string;

(function start() {
  const found = process.versions.node;
  const parts = found.split('.').map(Number);
  const needed = __NODE__.split('.').map(Number);
  if (parts[0]! < needed[0]! || (parts[0] === needed[0] && parts[1]! < needed[1]!)) {
    process.stderr.write(
      'nousviz-widget needs Node ' +
        __NODE__ +
        ' or newer, and this is Node ' +
        found +
        '. Install a newer Node.\n',
    );
    process.exitCode = 2;
    return;
  }
  void import('./cli.ts');
})();
