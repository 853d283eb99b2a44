import { DASHBOARD_NAME, WITH_LIST } from '../contract/index.ts';
import { quote } from '../contract/words.ts';
import { LIST_AGAIN, notInstalled, refuse } from './answers.ts';
import type { DashboardDocument, InstalledDashboard } from './dashboards-folder.ts';
import type { AnswerJson } from './json-answer.ts';
import type { Part } from './dashboard-part.ts';
import type { PluginListReader } from './list.ts';
import { createConfigChecks } from './panel-configs.ts';
import type { FoundPlugin, PluginsReader } from './plugins-folder.ts';
import { createSharing } from './share.ts';

/** A dashboard, as far as it was found. */
interface FoundDashboard extends FoundPlugin {
  declared?: InstalledDashboard | undefined;
  document?: DashboardDocument | undefined;
}

const RULE = 'letters, digits, ".", "_" and "-", and no "." at the beginning';
const ADVICE = 'Add it and update the plugin; links may not leave its folder.';

/** Whether a request is for the part of the list too. */
const isWithList = ({ url }: Request) => new URL(url).search.slice(1).split('&').includes(WITH_LIST);

const jsonOf = ({ answer, document }: Part) => `{"list":${JSON.stringify(answer)},"dashboard":${document}}`;

/**
 * Makes the function that answers with the document of a dashboard (CONTRACT P5), or with its part of the list too. Requests that arrive
 * together share one search and one answer.
 */
export function createDashboardAnswers(
  folder: PluginsReader,
  list: PluginListReader,
  answerJson: AnswerJson,
) {
  const checkConfigs = createConfigChecks();

  const findOther = async (id: string) => (await folder.find(id)).plugin;

  async function find(id: string, name: string): Promise<FoundDashboard> {
    const found = await folder.find(id);
    const declared = found.plugin && (await folder.dashboards.find(found.plugin, name));
    const read = declared && (await folder.dashboards.read(found.plugin!, declared));
    const document = read && (await checkConfigs(found.plugin!, declared, read, findOther));
    return { ...found, declared, document };
  }

  const shared = createSharing<FoundDashboard>();
  return async (request: Request, id: string, name: string): Promise<Response> => {
    if (!DASHBOARD_NAME.test(name))
      return refuse(400, `${quote(name)} cannot be a dashboard’s name. Write ${RULE}.`);
    // The document is the answer if the part cannot be read: the list’s own route reports its errors.
    const part = isWithList(request) && (await list.readPart(id, name).catch(() => undefined));
    if (part) return answerJson(request, part, () => jsonOf(part), `application/json; ${WITH_LIST}`);
    const { plugin, refused, declared, document } = await shared(JSON.stringify([id, name]), () =>
      find(id, name),
    );
    if (!plugin) return notInstalled(id, refused);
    if (!declared) return refuse(404, `${id} has no dashboard ${quote(name)}. ${LIST_AGAIN}`);
    if (!document) return refuse(404, `${declared.path} is not a file in the folder of ${id}. ${ADVICE}`);
    return answerJson(request, document, () => document.json);
  };
}
