/// <reference path="./nousviz_widget_types.d.ts" />
import { useEffect, useState } from 'react';

interface Item {
  id: number;
  name: string;
  count: number;
  updated_at: string;
}

/** Lists the latest items of the plugin, at most `config.limit`. */
export default function MyWidget(props: CustomWidgetProps) {
  const { pluginId, config, host } = props;
  const { apiFetch, formatNumber, formatRelativeTime } = host ?? NousViz.widgets;
  const [items, setItems] = useState<Item[]>();
  const [failure, setFailure] = useState('');
  const [search, setSearch] = useState('');

  useEffect(() => {
    const controller = new AbortController();
    apiFetch(`/api/plugins/${pluginId}/items`, { signal: controller.signal })
      .then((response) =>
        response.ok ? response.json() : Promise.reject(new Error(`the server answered ${response.status}`)),
      )
      .then(
        (answer) => setItems(Array.isArray(answer) ? answer : []),
        (error: Error) => controller.signal.aborted || setFailure(error.message),
      );
    return () => controller.abort();
  }, [apiFetch, pluginId]);

  if (failure) return <p role="alert">The items could not be loaded: {failure}.</p>;
  if (!items) return <p role="status">Loading items …</p>;

  const limit = typeof config.limit === 'number' ? config.limit : 5;
  const shown = items.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase())).slice(0, limit);
  return (
    <div className="rounded-lg border border-border bg-card p-4 text-foreground">
      <label className="block text-sm text-muted-foreground">
        Search
        <input
          className="mt-1 block w-full rounded-md border border-border bg-background p-2 text-foreground"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </label>
      {shown.length === 0 && <p className="mt-3 text-sm text-muted-foreground">No items.</p>}
      <ul className="mt-3">
        {shown.map(({ id, name, count, updated_at }) => (
          <li key={id} className="flex justify-between border-t border-border p-2 text-sm">
            <span>
              {name} <span className="text-muted-foreground">{formatRelativeTime(updated_at)}</span>
            </span>
            <span>{formatNumber(count)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
