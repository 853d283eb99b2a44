import { BUNDLE_NAME } from '../contract/index.ts';
import { quote } from '../contract/words.ts';
import { LIST_AGAIN, refuse, text } from './answers.ts';
import type { Bundles } from './bundles.ts';
import type { DeclaredPlugin } from './plugins-folder.ts';
import { isSha256 } from './trust/grant.ts';

/** The characters of a bundle's file name. */
export const BUNDLE_RULE = 'letters, digits, ".", "_" and "-", then ".js"';

/** Answers with a bundle's bytes as text, those on the disk or those of any consent: to be read, never run (CONTRACT P4). */
export async function answerSource(
  request: Request,
  bundles: Bundles,
  plugin: DeclaredPlugin,
  filename: string,
): Promise<Response> {
  const sha256 = new URL(request.url).searchParams.get('sha256');
  if (!BUNDLE_NAME.test(filename))
    return refuse(400, `${quote(filename)} cannot be a bundle’s file name. Write ${BUNDLE_RULE}.`);
  if (!isSha256(sha256))
    return refuse(
      400,
      `sha256=${quote(sha256)} is not a SHA-256, which has 64 lower-case hex digits. ${LIST_AGAIN}`,
    );
  const bytes =
    (await bundles.diskBytes(plugin, filename, sha256)) ??
    (await bundles.findConsented(plugin.id, filename, sha256))?.bytes;
  if (bytes) return text(request, bytes, sha256);
  const fact = `The server has no bytes of ${quote(filename)} with the hash ${sha256}`;
  return refuse(404, `${fact}: they are not on the disk, and no copy of a consent has them. ${LIST_AGAIN}`);
}
