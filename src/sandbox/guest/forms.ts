/** The fields in which Enter submits a form without a button. */
const FIELD = /^(text|search|tel|url|email|password|date|month|week|time|datetime-local|number)$/;

const isSubmitter = (one: EventTarget): one is HTMLButtonElement | HTMLInputElement =>
  (one instanceof HTMLButtonElement || one instanceof HTMLInputElement) && /^(submit|image)$/.test(one.type);

/** Checks a form's fields, fires its event `submit` and closes its dialog, as a browser does before it sends the form. */
function submit(form: HTMLFormElement, submitter: HTMLElement | null = null): void {
  const button = submitter && isSubmitter(submitter) ? submitter : undefined;
  if (!form.isConnected) return;
  if (!form.noValidate && !button?.formNoValidate && !form.reportValidity()) return;
  const event = new SubmitEvent('submit', { bubbles: true, cancelable: true, submitter });
  if (form.dispatchEvent(event) && form.getAttribute('method')?.toLowerCase() === 'dialog')
    form.closest('dialog')?.close(button?.value);
}

/** The form that Enter in a field submits, if the form has no button for it. */
function formOfField(field: EventTarget | undefined): HTMLFormElement | undefined {
  if (!(field instanceof HTMLInputElement) || !FIELD.test(field.type) || !field.form) return undefined;
  const elements = [...field.form.elements];
  const fields = elements.filter((one) => one instanceof HTMLInputElement && FIELD.test(one.type));
  return fields.length === 1 && !elements.some(isSubmitter) ? field.form : undefined;
}

/**
 * Lets forms fire their event `submit`: a browser does not fire it in a frame without `allow-forms`. No form is sent. It does so when
 * the event that submits the form has ended, since its listeners may prevent that, and does nothing where the browser has fired.
 */
export function handleForms(): void {
  let fired: EventTarget | null = null;
  addEventListener('submit', ({ isTrusted, target }) => isTrusted && (fired = target), true);

  function submitLater(event: Event, form: HTMLFormElement | null | undefined, submitter?: HTMLElement) {
    if (!form) return;
    fired = null;
    setTimeout(() => {
      if (!event.defaultPrevented && fired !== form) submit(form, submitter);
    }, 0);
  }
  const submitterOf = (event: Event) => event.composedPath().find(isSubmitter);
  // For a click that does not reach the window.
  addEventListener(
    'click',
    (event) => submitLater(event, submitterOf(event)?.form, submitterOf(event)),
    true,
  );
  addEventListener('click', (event) => {
    const submitter = submitterOf(event);
    if (!submitter?.form || event.defaultPrevented) return;
    // The browser would only report that it blocks the form.
    event.preventDefault();
    submit(submitter.form, submitter);
  });
  addEventListener(
    'keydown',
    (event) => {
      if (event.key === 'Enter' && !event.isComposing)
        submitLater(event, formOfField(event.composedPath()[0]));
    },
    true,
  );
  HTMLFormElement.prototype.requestSubmit = function requestSubmit(submitter) {
    submit(this, submitter);
  };
}
