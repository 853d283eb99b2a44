/** Saves a file with the browser's download. */
export function saveAs(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by then in every engine.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
