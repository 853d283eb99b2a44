/**
 * Deletes the constructors of WebRTC, which reaches any address in spite of a Content-Security-Policy. It is called before any code
 * of a plugin is imported. Chromium from 152 also obeys the header `Connection-Allowlist`.
 */
export function lockDown(): void {
  for (const name of Object.getOwnPropertyNames(globalThis))
    if (/^(webkit|moz)?RTC/.test(name)) Reflect.deleteProperty(globalThis, name);
}
