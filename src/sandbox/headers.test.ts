// @vitest-environment node
import { expect, test } from 'vitest';
import { receivedHeaders, sentHeaders } from './headers.ts';

test.each([
  'Accept',
  'Accept-Language',
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-None-Match',
  'Last-Event-ID',
  'Range',
  'X-A',
  'X-CSRF-Token',
  'X-Requested-With',
  'X-Request-ID',
])('sends the header %s of a widget', (name) => expect(sentHeaders([[name, '1']])).toEqual([[name, '1']]));

test.each([
  'X-Session-Token',
  'x_session_token',
  'X.Session.Token',
  'X-NousViz-Widget',
  'X_NousViz_Widget',
  'Cookie',
  'Host',
  'X-Host',
  'Origin',
  'Via',
  'Forwarded',
  'X-Forwarded-For',
  'X_Forwarded_User',
  'X-Original-URL',
  'X-Original-Method',
  'X-Rewrite-URL',
  'X-HTTP-Method-Override',
  'X-Method',
  'X-Real-IP',
  'True-Client-IP',
  'CF-Connecting-IP',
  'Client-IP',
  'X-URL',
  'X-Path',
  'X-Script-Name',
  'X-Accel-Redirect',
  'X-Sendfile',
  'X-Middleware-Subrequest',
  'Proxy-Authorization',
  'Sec-Fetch-Site',
  'Remote-User',
  'X-Remote-User',
  'X-Webauth-User',
  'X-Auth-Request-Email',
  'X-User',
  'X-Email',
  'X-Groups',
  'Impersonate-User',
  'Destination',
])('sends no header %s of a widget', (name) => expect(sentHeaders([[name, '1']])).toEqual([]));

test.each(['Content-Type', 'ETag', 'Link', 'X-Total-Count', 'X-Next-Token', 'X-User-Count'])(
  'hands the header %s of an answer to the frame',
  (name) => expect(receivedHeaders([[name, '1']])).toEqual([[name, '1']]),
);

test.each([
  'Set-Cookie',
  'Set-Cookie2',
  'X-Session-Token',
  'X-New-Session',
  'x_session_token',
  'X-CSRF-Token',
  'X-XSRF-TOKEN',
  'Authorization',
  'X-Auth-Token',
  'X-Access-Token',
  'Refresh-Token',
  'WWW-Authenticate',
  'Authentication-Info',
  'Clear-Site-Data',
])('hands no header %s of an answer to the frame', (name) =>
  expect(receivedHeaders([[name, '1']])).toEqual([]),
);
