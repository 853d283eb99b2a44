import { useEffect, useRef, useState, type Dispatch, type SetStateAction } from 'react';
import type { TrustAct, TrustHistoryRecord } from '../contract/index.ts';
import { usePlugins } from '../react/index.ts';
import { historyTexts, type HistoryTexts } from './messages.ts';
import { Badge, Button, Failure, Hash, Section, Time } from './parts.tsx';
import { saveAs } from './save-as.ts';
import { useTexts, type UiProps } from './ui-messages.tsx';
import { useTrustHistory, type TrustHistoryData, type TrustHistoryOptions } from './use-trust-history.ts';

/** The props of {@link TrustHistory}. */
export interface TrustHistoryProps extends UiProps {
  /** Only the decisions about this plugin. @default those about all plugins */
  pluginId?: string | undefined;
  /** The number of decisions of a page. @default 50 */
  limit?: number | undefined;
}

/** Shows the record of decisions: who decided what about which code, and when (CONTRACT P8). */
export function TrustHistory({ pluginId, limit, messages: own, heading }: TrustHistoryProps) {
  const messages = useTexts(historyTexts, own);
  const [filters, setFilters] = useState<TrustHistoryOptions>({});
  const data = useTrustHistory({ ...filters, ...(pluginId !== undefined && { pluginId }), limit });
  const { status, records, error, hasMore, isLoadingMore } = data;
  const text = messages.history;
  const isUsable = status === 'ready' || status === 'loading';
  return (
    <Section messages={messages} kind="history" heading={heading} title={text.title}>
      {(titleId) => (
        <>
          {isUsable && (
            <Filters
              messages={messages}
              data={data}
              filters={filters}
              setFilters={setFilters}
              isForAll={pluginId === undefined}
            />
          )}
          <p className="nvz-ui-note" role="status">
            {statusText(data, messages, Object.values(filters).some(Boolean))}
          </p>
          {error !== undefined && (status === 'failed' || status === 'ready') && (
            <Failure title={messages.failed.load}>
              {error} {status === 'failed' && <Button onPress={data.reload}>{messages.retry}</Button>}
            </Failure>
          )}
          {records.length > 0 && (
            <Records
              records={records}
              messages={messages}
              labelledBy={titleId}
              isForAll={pluginId === undefined}
            />
          )}
          {hasMore && (
            <div className="nvz-ui-row">
              <Button isBusy={isLoadingMore} onPress={() => void data.loadMore()}>
                {text.more}
              </Button>
            </div>
          )}
        </>
      )}
    </Section>
  );
}

/** @param isFiltered Whether only some decisions are asked for. */
function statusText(
  { status, records, hasMore }: TrustHistoryData,
  messages: HistoryTexts,
  isFiltered: boolean,
): string {
  const text = messages.history;
  if (status === 'unsupported') return text.unsupported;
  if (status === 'forbidden') return text.forbidden;
  if (status === 'loading') return messages.loading;
  if (status === 'failed') return '';
  if (records.length === 0) return isFiltered ? text.noMatch : text.empty;
  return hasMore ? text.shown(records.length) : `${text.shown(records.length)}. ${text.end}`;
}

/** The time after the last key in which nothing is requested, in milliseconds: the server reads its whole record. */
const PAUSE = 250;

interface FiltersProps {
  messages: HistoryTexts;
  data: TrustHistoryData;
  filters: TrustHistoryOptions;
  setFilters: Dispatch<SetStateAction<TrustHistoryOptions>>;
  /** Whether the record is that of all plugins. */
  isForAll: boolean;
}

function Filters({ messages, data, filters, setFilters, isForAll }: FiltersProps) {
  const { plugins } = usePlugins();
  const [failure, setFailure] = useState<string>();
  const typing = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(typing.current), []);
  const text = messages.history;
  const set = (change: TrustHistoryOptions) => setFilters((before) => ({ ...before, ...change }));
  const exportLink = (format: 'csv' | 'json') => (
    <a
      className="nvz-ui-link"
      href={data.exportUrl(format)}
      download
      onClick={(event) => {
        // The browser's own request would not have the operator's token.
        event.preventDefault();
        setFailure(undefined);
        data
          .exportAs(format)
          .then((blob) => saveAs(blob, `trust-history.${format}`))
          .catch((thrown: Error) => setFailure(thrown.message));
      }}
    >
      {text[format]}
    </a>
  );
  return (
    <>
      <div className="nvz-ui-toolbar" role="search" aria-label={text.title}>
        {isForAll && (
          <label className="nvz-ui-label">
            {text.plugin}
            <select
              className="nvz-ui-field"
              value={filters.pluginId ?? ''}
              onChange={({ target }) => set({ pluginId: target.value || undefined })}
            >
              <option value="">{text.allPlugins}</option>
              {plugins.map(({ id, display_name }) => (
                <option key={id} value={id}>
                  {display_name}
                </option>
              ))}
            </select>
          </label>
        )}
        <label className="nvz-ui-label">
          {text.what}
          <select
            className="nvz-ui-field"
            value={filters.act ?? ''}
            onChange={({ target }) => set({ act: (target.value || undefined) as TrustAct | undefined })}
          >
            <option value="">{text.allActs}</option>
            {Object.entries(text.acts).map(([act, label]) => (
              <option key={act} value={act}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label className="nvz-ui-label">
          {text.who}
          <input
            className="nvz-ui-field"
            type="search"
            onChange={({ target }) => {
              clearTimeout(typing.current);
              typing.current = setTimeout(() => set({ who: target.value.trim() || undefined }), PAUSE);
            }}
          />
        </label>
        <span className="nvz-ui-row">
          {exportLink('csv')} {exportLink('json')}
        </span>
      </div>
      {failure !== undefined && <Failure title={messages.failed.export}>{failure}</Failure>}
    </>
  );
}

interface RecordsProps {
  records: readonly TrustHistoryRecord[];
  messages: HistoryTexts;
  labelledBy: string;
  isForAll: boolean;
}

function Records({ records, messages, labelledBy, isForAll }: RecordsProps) {
  const { plugins } = usePlugins();
  const names = new Map(plugins.map(({ id, display_name }) => [id, display_name]));
  const text = messages.history;
  const columns = (['when', 'who', 'plugin', 'what', 'bytes'] as const).filter(
    (column) => isForAll || column !== 'plugin',
  );
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard scrolls it
    <div className="nvz-ui-scroll" role="group" aria-labelledby={labelledBy} tabIndex={0}>
      <table className="nvz-ui-table">
        <thead className="nvz-ui-thead">
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" className="nvz-ui-cell nvz-ui-column">
                {text[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="nvz-ui-tbody">
          {records.map((record, index) => (
            <Row
              // oxlint-disable-next-line react/no-array-index-key -- two records can be equal, and none moves
              key={`${record.at} ${index}`}
              record={record}
              messages={messages}
              // A plugin that is no longer installed has no other name.
              plugin={isForAll ? (names.get(record.plugin_id) ?? record.plugin_id) : undefined}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  record: TrustHistoryRecord;
  messages: HistoryTexts;
  /** The plugin's name, in a record of all plugins. */
  plugin: string | undefined;
}

function Row({ record, messages, plugin }: RowProps) {
  const { at, who, act, bundles, version, declined = {}, declined_version, via } = record;
  const text = messages.history;
  return (
    <tr className="nvz-ui-record">
      <td className="nvz-ui-cell nvz-ui-when">
        <Time messages={messages} iso={at} />
      </td>
      <td className="nvz-ui-cell nvz-ui-who">
        {who || <span className="nvz-ui-absent">{messages.unknownPerson}</span>}
      </td>
      {plugin !== undefined && <td className="nvz-ui-cell nvz-ui-subject">{plugin}</td>}
      <td className="nvz-ui-cell nvz-ui-act">
        {/* A newer server may have further acts. */}
        {Object.hasOwn(text.acts, act) ? text.acts[act] : act}{' '}
        {record.sandboxed && act !== 'sandbox' && <Badge tone="plain">{text.sandboxed}</Badge>}{' '}
        {via === 'other' && (
          <span title={text.elsewhereNote}>
            <Badge tone="waiting">{text.elsewhere}</Badge>
          </span>
        )}
      </td>
      <td className="nvz-ui-cell nvz-ui-files">
        {Object.entries(bundles).map(([file, hash]) => (
          <div key={file} className="nvz-ui-bytes">
            {version} {file} <Hash sha256={hash} />
          </div>
        ))}
        {Object.entries(declined).map(([file, hash]) => (
          <div key={file} className="nvz-ui-bytes">
            {text.declined} {declined_version} {file} <Hash sha256={hash} />
          </div>
        ))}
      </td>
    </tr>
  );
}
