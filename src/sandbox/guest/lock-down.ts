/**
 * WebRTC reaches any address in spite of a Content-Security-Policy, so its constructors are deleted before any code of a plugin is
 * imported. Chromium from 152 also obeys the header `Connection-Allowlist`.
 */
for (const name of Object.getOwnPropertyNames(globalThis))
  if (/^(webkit|moz)?RTC/.test(name)) Reflect.deleteProperty(globalThis, name);
