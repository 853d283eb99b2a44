/** Saves a file with the browser's download. */
export function saveAs(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Every engine has begun the download within this time.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
