import { useState } from 'react';
import { restart, type HostInternals } from '../../host/index.ts';
import { announce } from '../announce.ts';
import { Button } from '../parts.tsx';
import type { WidgetFacts } from './facts.ts';
import { markdownOf, reportOf } from './report.ts';
import type { InspectorTexts } from './texts.ts';

interface PanelActionsProps {
  page: HostInternals;
  facts: WidgetFacts;
  texts: InspectorTexts;
}

/** What a restart is called; `undefined` where none helps. */
function restartOf({ status, trust }: WidgetFacts, texts: InspectorTexts): string | undefined {
  if (trust === 'host') return undefined;
  if (status === 'parked') return texts.release;
  if (status === 'ready') return texts.reload;
  return status === 'failed' || status === 'loading' ? texts.retry : undefined;
}

/** Restarts the widget, and copies the report about it. */
export function PanelActions({ page, facts, texts }: PanelActionsProps) {
  const [uncopied, setUncopied] = useState<string>();
  const { pluginId, component } = facts;
  const restartLabel = restartOf(facts, texts);

  async function copy(isJson: boolean) {
    const report = reportOf(facts, page.host.version);
    const text = isJson ? JSON.stringify(report, undefined, 2) : markdownOf(report);
    try {
      // The clipboard is missing on plain http, and the browser may deny access.
      await navigator.clipboard.writeText(text);
      setUncopied(undefined);
      announce(texts.copied);
    } catch {
      setUncopied(text);
    }
  }

  return (
    <>
      <div className="nvz-ui-row">
        {restartLabel && (
          <Button
            kind="primary"
            onPress={() => {
              // The list is what failed.
              if (!restart(page.registry, pluginId, component)) void page.plugins.refresh();
              announce(texts.restarted(component));
            }}
          >
            {restartLabel}
          </Button>
        )}
        <Button onPress={() => void copy(false)}>{texts.copyMarkdown}</Button>
        <Button onPress={() => void copy(true)}>{texts.copyJson}</Button>
      </div>
      {uncopied !== undefined && (
        <label className="nvz-ui-copy">
          {texts.notCopied}
          <textarea
            readOnly
            value={uncopied}
            rows={8}
            onFocus={({ currentTarget }) => currentTarget.select()}
          />
        </label>
      )}
    </>
  );
}
