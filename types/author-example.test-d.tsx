// The example of the NousViz documentation, unchanged.
/* oxlint-disable typescript/triple-slash-reference, no-unused-vars */
/// <reference path="./nousviz_widget_types.d.ts" />
import { useState, useEffect } from 'react';

export default function MyWidget({ pluginId, config }: CustomWidgetProps) {
  const [data, setData] = useState<unknown>(null);
  useEffect(() => {
    window.NousViz.widgets
      .apiFetch(`/api/plugins/${pluginId}/some-endpoint`)
      .then((r) => r.json())
      .then(setData);
  }, [pluginId]);
  return <div className="bg-card border border-border rounded-lg p-4">{JSON.stringify(data)}</div>;
}
