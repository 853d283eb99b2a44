import { useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Plugin, WidgetError } from '../contract/index.ts';
import { adoptSheet } from './adopt-sheet.ts';
import { Actions, Button, CopyRemedy } from './card-actions.tsx';
import { canRetry, isOfAuthor, isWaiting, placeOf, titleOf, type CardPage } from './card-page.ts';
import * as styles from './card-styles.ts';
import { findReview, goTo, useFirstCard } from './first-card.ts';
import { UpdateNotice } from './notice.tsx';

/** The props of {@link ErrorCard}. */
export interface ErrorCardProps {
  error: WidgetError;
  /** Whether the card is about a pending decision of the operator, not a failure. */
  isPending?: boolean | undefined;
  /** Whether the failure is that of an update, below its earlier version, which runs. */
  isUpdate?: boolean | undefined;
  page: CardPage;
  onRetry?: (() => void) | undefined;
}

/** The props of the parts of a card. */
interface ShownProps extends ErrorCardProps {
  plugins: readonly Plugin[];
}

/** The text of a card without its title. */
function Body({ error, isPending, page: { audience }, plugins }: ShownProps) {
  const { fact, fix, copy, details, frame } = error;
  const remedy = (
    <>
      <p style={styles.line}>{fix}</p>
      {copy && fix.endsWith(':') && <code style={styles.command}>{copy}</code>}
      {copy && <CopyRemedy text={copy} />}
    </>
  );
  return (
    <>
      <p style={styles.line}>{fact}</p>
      {frame && details.variant === 'author' && <code style={styles.command}>{frame}</code>}
      {audience !== 'author' && isOfAuthor(error) ? (
        <>
          <p style={styles.line}>Only a change of the plugin helps: send the report to its author.</p>
          <details style={styles.line}>
            <summary>For the author</summary>
            {remedy}
          </details>
        </>
      ) : (
        remedy
      )}
      {!isPending && isWaiting(plugins, error) && (
        <p style={styles.line}>A newer file waits. Review the change under Settings → Plugins.</p>
      )}
      <p style={styles.small}>{placeOf(error)}</p>
    </>
  );
}

const Title = ({ error, isPending, plugins }: ShownProps) => (
  <strong>
    <svg viewBox="0 0 16 16" aria-hidden style={isPending ? styles.icon : styles.alarmIcon}>
      <path d={isPending ? 'M3 7.5h10V15H3zM5 7.5V5a3 3 0 0 1 6 0v2.5' : 'M8 1.5 15 14H1zM8 6v4m0 1.5v1'} />
    </svg>
    {titleOf(plugins, error)}
  </strong>
);

const retryOf = ({ error, isPending, onRetry }: ErrorCardProps) =>
  isPending || !canRetry(error) ? undefined : onRetry;

/** All of a card in a dialog, over the page. Escape closes it, and the focus returns to the button that opened it. */
function Details({ onClose, ...props }: ShownProps & { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Not all test environments have it.
  useLayoutEffect(() => dialog.current!.showModal?.(), []);
  return (
    <dialog ref={dialog} aria-label={props.error.title} style={styles.dialog} onClose={onClose}>
      <Title {...props} />
      <Body {...props} />
      <div style={styles.buttons}>
        <Actions {...props} onRetry={retryOf(props)} />
        <Button onClick={() => dialog.current!.close()}>Close</Button>
      </div>
    </dialog>
  );
}

/** What a card says, as far as it can be the same in several panels: the file is in the details. */
function saysOf({ code, pluginId, fact, details }: WidgetError, isPending: boolean | undefined) {
  const words = isPending ? '' : fact.split(String(details.file)).join('');
  return `${code} ${pluginId} ${words}`;
}

/**
 * Shows a failure in the place of its panel: the fact, the remedy, and the plugin and component (CONTRACT F). Of several cards on the
 * page that say the same, only the first is whole. The others have the title, and a link to the decision, or to the first card. None is
 * whole where the page itself has the decision about the plugin.
 */
function Card(props: ErrorCardProps) {
  const { error, isPending, page } = props;
  const { code, pluginId } = error;
  const { plugins } = useSyncExternalStore(page.plugins.subscribe, page.plugins.getSnapshot);
  const shown = { ...props, plugins };
  const element = useRef<HTMLDivElement>(null);
  const first = useFirstCard(page.plugins, saysOf(error, isPending), element);
  const review = useSyncExternalStore(page.plugins.subscribe, () =>
    isPending ? findReview(pluginId) : undefined,
  );
  // The page itself asks about this plugin, or says what was decided: no card repeats it.
  const isAsked = review !== undefined && review.dataset.nousvizReview === pluginId;
  const isShort = isAsked || first !== undefined;
  const [isOpen, setOpen] = useState(false);
  useLayoutEffect(() => adoptSheet(element.current!, styles.SHEET), []);
  const more = isPending && isShort ? undefined : first ? {} : styles.narrow;
  return (
    <>
      <div style={styles.outer}>
        <div
          ref={element}
          role={isPending ? 'note' : 'alert'}
          tabIndex={-1}
          data-code={code}
          className="nvz-card"
          style={{ ...(isPending ? styles.note : styles.alarm), ...(isShort && styles.short) }}
        >
          <Title {...shown} />
          {!isShort && (
            <div className="nvz-wide">
              <Body {...shown} />
            </div>
          )}
          <div style={styles.buttons}>
            {isPending && (first || review) && (
              <Button onClick={() => goTo(findReview(pluginId) ?? first!)}>
                {isAsked ? 'Decide' : review ? 'Review' : 'See first panel'}
              </Button>
            )}
            <Actions {...props} onRetry={retryOf(props)} isShort={isShort} />
            {more && (
              <Button className="nvz-narrow" style={more} onClick={() => setOpen(true)}>
                Details
              </Button>
            )}
          </div>
        </div>
      </div>
      {isOpen && <Details {...shown} onClose={() => setOpen(false)} />}
    </>
  );
}

/** Shows a failure in the place of its panel, or below the earlier version that runs. */
export const ErrorCard = (props: ErrorCardProps) =>
  props.isUpdate ? <UpdateNotice error={props.error} /> : <Card {...props} />;
