import { expect, test } from 'vitest';
import { nodeNamesIn } from './node-leftovers.ts';

test.each([
  ['process.nextTick(f)', 'process.nextTick'],
  ['return Buffer.from(a)', 'Buffer.from'],
  ['x = new Buffer(1)', 'Buffer'],
  ['class A extends Buffer {}', 'Buffer'],
  ['"x" in process', 'process'],
  ['process instanceof X', 'process'],
  ['a?setImmediate:b', 'setImmediate'],
  [`typeof Buffer;${'a;'.repeat(60)}Buffer.alloc(1)`, 'Buffer.alloc'],
])('finds a name of Node in %s', (code, name) => expect(nodeNamesIn(code)).toEqual([name]));

test.each([
  'typeof setImmediate<"u"?setImmediate:null',
  'typeof process=="object"&&typeof process.emit=="function"&&process.emit("x")',
  'warn("Buffer size too small"); warn("Geometry: Buffer size")',
  'warn("before starting the process."); warn("a process that never ends")',
  '"#extension GL_ANGLE_clip_cull_distance : require"',
  'x.process; process.env; my$process',
])('finds no name of Node in %s', (code) => expect(nodeNamesIn(code)).toEqual([]));
