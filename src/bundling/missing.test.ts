import { expect, test } from 'vitest';
import { isUnguarded } from './missing.ts';

test.each([
  'require("x")',
  'function f() { return require("x"); }',
  // The function may be called elsewhere.
  'try { later(function () { require("x"); }); } catch (e) {}',
  'try { require("x"); } finally { done(); }',
  'try { require("x"); } catch (e) {} require("x");',
  'import("x")',
  'import("x").then(f)',
  'import("x").then(f).finally(g)',
  'if (a) require(`x`)',
])('finds a module that code needs in %s', (text) => expect(isUnguarded(text, 'x')).toBe(true));

test.each([
  'try { require("x"); } catch (e) {}',
  'import("x").catch(f)',
  'import("x").then(f, g)',
  'import("x").then(f).catch(g)',
  'import("x").then(f, g).then(h)',
  'async function f() { try { await import("x"); } catch {} }',
  'require("y")',
  'x.require("x")',
  'require("x" + y)',
  'this is no code',
])('finds no module that code needs in %s', (text) => expect(isUnguarded(text, 'x')).toBe(false));
