#!/usr/bin/env node
// `npm create nousviz-widget DIR` is `nousviz-widget create DIR`, whose first file also stops a Node that is too old.
'use strict';

const { dirname, join } = require('path');
const { pathToFileURL } = require('url');

const manifest = require.resolve('@nousviz/widget-runtime/package.json');
/** @type {{ bin: { 'nousviz-widget': string } }} */
const { bin } = require(manifest);
process.argv.splice(2, 0, 'create');
void import(pathToFileURL(join(dirname(manifest), bin['nousviz-widget'])).href);
