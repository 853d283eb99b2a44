const followers = new Map<MessageEventSource, (data: unknown) => void>();

function onMessage({ source, data }: MessageEvent<unknown>) {
  if (source) followers.get(source)?.(data);
}

/**
 * Follows the messages that a frame sends to the page's window. All frames share one listener: with one each, a message of one of fifty
 * frames would be read fifty times.
 *
 * @param frame The window of the frame.
 * @returns A function that ends it.
 */
export function followWindow(frame: Window, onData: (data: unknown) => void): () => void {
  if (followers.size === 0) addEventListener('message', onMessage);
  followers.set(frame, onData);
  return () => {
    if (followers.delete(frame) && followers.size === 0) removeEventListener('message', onMessage);
  };
}
