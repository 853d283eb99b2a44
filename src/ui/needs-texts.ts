/** The texts about the versions of the page that a plugin needs. */
export const needs = {
  /** @param ranges As one list, `react >=19.0.0`. */
  fits: (ranges: string) => `It needs ${ranges}, and this page has that.`,
  misfit: (ranges: string, found: string) =>
    `It needs ${ranges}, and this page has ${found}. It does not run here.`,
  updateFits: (ranges: string) => `The new version needs ${ranges}, and this page has that.`,
  updateMisfit: (ranges: string, found: string) =>
    `The new version needs ${ranges}, and this page has ${found}. If you accept it, the plugin no longer runs here.`,
};
