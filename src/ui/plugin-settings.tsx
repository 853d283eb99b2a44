import { useId, useRef, useState, type ReactNode } from 'react';
import type { Plugin } from '../contract/index.ts';
import { againstText, decisionText } from './decision-text.ts';
import { Lazy } from './lazy.tsx';
import { settingsTexts, type SettingsTexts } from './messages.ts';
import { Badge, Button, DecisionFailure, Section } from './parts.tsx';
import { PluginRisk } from './plugin-risk.tsx';
import { Revoke } from './revoke.tsx';
import { TrustReview } from './trust-review.tsx';
import { useTexts, type UiProps } from './ui-messages.tsx';
import { useDecisions } from './use-decisions.ts';
import {
  usePluginSettings,
  type PluginFilter,
  type PluginRow,
  type PluginSettingsData,
} from './use-plugin-settings.ts';
import { versionText } from './version-text.ts';

/** The props of {@link PluginSettings}. */
export interface PluginSettingsProps extends UiProps {
  /** Adds content of the app to each plugin. */
  renderMore?: ((plugin: Plugin) => ReactNode) | undefined;
}

/** Lists all plugins with their state, also those that could not be read; reviews them, and revokes trust (CONTRACT T2). */
export function PluginSettings({ messages: own, heading, renderMore }: PluginSettingsProps) {
  const messages = useTexts(settingsTexts, own);
  const data = usePluginSettings();
  const { status, rows, refused, total } = data;
  const text = messages.settings;
  const shown = rows.length + refused.length;
  return (
    <Section messages={messages} kind="settings" heading={heading} title={text.title}>
      {(titleId) => (
        <>
          <p className="nvz-ui-note">{text.note}</p>
          <Filters data={data} messages={messages} />
          <p className="nvz-ui-note" role="status">
            {status === 'loading' ? messages.loading : shown === 0 ? text.empty : text.shown(shown, total)}
          </p>
          <ul className="nvz-ui-plugins" aria-labelledby={titleId}>
            {rows.map((row) => (
              <Row key={row.plugin.id} row={row} own={own} messages={messages} renderMore={renderMore} />
            ))}
            {refused.map(({ id, detail }) => (
              <li key={id} className="nvz-ui-plugin">
                <div className="nvz-ui-line">
                  <span className="nvz-ui-name nvz-ui-grow">{id}</span>
                  <Badge tone="bad">{text.filters.refused}</Badge>
                </div>
                <p className="nvz-ui-note">{detail}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

function Filters({ data, messages }: { data: PluginSettingsData; messages: SettingsTexts }) {
  const { search, setSearch, filter, setFilter, counts } = data;
  const text = messages.settings;
  return (
    <div className="nvz-ui-toolbar" role="search">
      <label className="nvz-ui-label nvz-ui-grow">
        {text.search}
        <input
          className="nvz-ui-field"
          type="search"
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
      </label>
      <label className="nvz-ui-label">
        {text.filter}
        <select
          className="nvz-ui-field"
          value={filter}
          onChange={({ target }) => setFilter(target.value as PluginFilter)}
        >
          {[...counts].map(([name, count]) => (
            <option key={name} value={name}>
              {text.filters[name]} ({count})
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** Few plugins say which versions they need, so there is no file for that alone. */
const loadNeeds = () => import('./decided.tsx');

interface RowProps {
  row: PluginRow;
  own: UiProps['messages'];
  messages: SettingsTexts;
  renderMore: PluginSettingsProps['renderMore'];
}

function Row({ row: { plugin, state, tone, verdict, isOff }, own, messages, renderMore }: RowProps) {
  const [isOpen, setOpen] = useState(false);
  const decisions = useDecisions(plugin, messages);
  const id = useId();
  const reviewButton = useRef<HTMLDivElement>(null);
  const text = messages.settings;
  const said = [decisionText(plugin, messages), againstText(plugin, messages)];
  function close() {
    setOpen(false);
    reviewButton.current?.querySelector('button')?.focus();
  }
  return (
    // Receives the focus when the review in it disappears.
    <li className="nvz-ui-plugin" tabIndex={-1} aria-labelledby={id} data-plugin={plugin.id}>
      <div className="nvz-ui-line">
        <span className="nvz-ui-grow">
          <span id={id} className="nvz-ui-name">
            {plugin.display_name}
          </span>{' '}
          <span className="nvz-ui-bytes">{versionText(plugin, messages)}</span>{' '}
          {plugin.author && <span className="nvz-ui-term">· {text.by(plugin.author)}</span>}
        </span>
        {said.map(
          (one) =>
            one && (
              <span key={one} className="nvz-ui-term">
                {one}
              </span>
            ),
        )}
        {isOff && <Badge tone="bad">{text.filters.off}</Badge>}
        {verdict && <Badge tone="good">{text.filters[verdict]}</Badge>}
        <Badge tone={tone}>{text.filters[state]}</Badge>
        {state !== 'none' && (
          <div className="nvz-ui-row" ref={reviewButton}>
            <Button
              onPress={() => (isOpen ? close() : setOpen(true))}
              aria-expanded={isOpen}
              aria-describedby={id}
            >
              {isOpen ? text.hide : text.review}
            </Button>
            {!isOpen && (plugin.trusted || plugin.sandboxed) && (
              <Revoke
                name={plugin.display_name}
                decisions={decisions}
                text={messages.verdicts}
                describedBy={id}
              />
            )}
          </div>
        )}
      </div>
      {!isOpen && plugin.needs && (
        <Lazy load={loadNeeds} messages={messages} isOptional>
          {({ Needs }) => <Needs plugin={plugin} messages={messages} isBrief />}
        </Lazy>
      )}
      {!isOpen && <PluginRisk plugin={plugin} messages={own} />}
      <DecisionFailure decisions={decisions} messages={messages} />
      {isOpen && <TrustReview pluginId={plugin.id} messages={own} heading="h3" onLater={close} />}
      {renderMore?.(plugin)}
    </li>
  );
}
