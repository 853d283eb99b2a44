import { join } from 'node:path';
import launch from 'launch-editor';
import { isRecord } from '../contract/index.ts';
import { innerFile } from '../server/tools.ts';

/** A place in a plugin's source: `widget/MyWidget.tsx:12:5`, with or without line and column. */
const PLACE = /^([^:]+?)(?::(\d+))?(?::(\d+))?$/;

/** The time in which an editor that cannot be started says so, in milliseconds. */
const START = 300;

/** What an author without a known editor can do. */
const REMEDY = 'Start your editor, or name its command in the variable LAUNCH_EDITOR, then try again.';

/**
 * Makes the handler for `POST {at}` of the pages, which opens a file of the plugin in the author's editor.
 *
 * @param folder The plugin's folder; no other file is opened.
 * @param report Called with a line if no editor could be started.
 */
export const createOpener =
  (folder: string, report: (line: string) => void) =>
  async (request: Request): Promise<Response> => {
    const refuse = (status: number, detail: string) => Response.json({ detail }, { status });
    // Refuses pages of other sites.
    if (!['same-origin', null].includes(request.headers.get('sec-fetch-site')))
      return refuse(403, 'Only the pages of this server may open files.');
    const body = (await request.json().catch(() => undefined)) as unknown;
    const [, path, ...place] = PLACE.exec(isRecord(body) ? String(body.at) : '') ?? [];
    const file = path && (await innerFile(folder, path));
    if (!file) return refuse(404, 'There is no such file in the plugin’s folder.');
    const target = [join(folder, path), ...place.filter(Boolean)].join(':');
    const problem = await new Promise<string>((resolve) => {
      launch(target, undefined, (_, reason) =>
        resolve(`${path} could not be opened in an editor${reason ? `: ${reason}` : '.'} ${REMEDY}`),
      );
      // It says nothing if it has started one.
      setTimeout(resolve, START, '');
    });
    if (problem === '') return new Response(null, { status: 204 });
    report(problem);
    return refuse(502, problem);
  };
