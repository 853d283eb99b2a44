import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';
import React, { useState } from '/api/widget-runtime/react.js';

/** Asks for the session when it is told to. */
export default function Chart() {
  const [text, setText] = useState('nothing yet');
  const load = async () => {
    const response = await globalThis.NousViz.widgets.apiFetch('/api/session');
    setText((await response.json()).session);
  };
  return jsx('button', { onClick: load, children: React.createElement('b', null, text) });
}
