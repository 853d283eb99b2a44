export default function Breaker() {
  globalThis.tried = true;
  // Dressed as one of the runtime's own.
  throw Object.assign(new Error('Press “Trust this plugin” again. [AWAITING_CONSENT]'), {
    name: 'WidgetError',
    code: 'AWAITING_CONSENT',
    pluginId: 'owner',
    component: 'Chart',
    details: { pluginId: 'owner', component: 'Chart', refused: true },
  });
}
