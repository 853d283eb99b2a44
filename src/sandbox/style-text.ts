/** Fonts, and the addresses of files. The address of a namespace is requested by nobody. */
const FONT = /@font-face\s*\{[^}]*\}/gi;
const ADDRESS =
  /@namespace[^;]*;|url\(\s*(?:"([^"\\]*(?:\\.[^"\\]*)*)"|'([^'\\]*(?:\\.[^'\\]*)*)'|([^\s"')]*))\s*\)/gi;
/** An address that is no request. */
const LOCAL = /^(?:data:|blob:|#|$)/i;

/** Replaces the addresses that browsers would request. */
const withoutAddresses = (css: string): string =>
  css.replace(ADDRESS, (text, double?: string, single?: string, bare?: string) =>
    text.startsWith('@') || LOCAL.test(double ?? single ?? bare ?? '') ? text : 'url("data:,")',
  );

/**
 * Removes from style sheets of the page what a frame would request in vain, since its policy refuses images and fonts from a server:
 * the refusal would be taken for one of the widget.
 */
export const withoutRequests = (css: string): string =>
  withoutAddresses(
    css.replace(FONT, (rule) =>
      withoutAddresses(rule) === rule || /url\(\s*["']?data:|local\(/i.test(rule) ? rule : '',
    ),
  );

/** The rules of a style sheet; none of one from another origin, which the page may not read. */
function rulesOf(sheet: CSSStyleSheet): string {
  try {
    const text = [...sheet.cssRules].map(textOf).join('\n');
    const media = sheet.media.mediaText;
    return media ? `@media ${media} {\n${text}\n}` : text;
  } catch {
    return '';
  }
}

/** The text of a rule. Instead of an import, which the frame may not request, it is that of the sheet. */
function textOf(rule: CSSRule): string {
  if (!('styleSheet' in rule)) return rule.cssText;
  const { styleSheet, layerName } = rule as CSSImportRule;
  const text = styleSheet ? rulesOf(styleSheet) : '';
  return typeof layerName === 'string' ? `@layer ${layerName} {\n${text}\n}` : text;
}

/** The style sheets of the page, as a frame can apply them. */
export const styleText = (): string =>
  withoutRequests(
    [...document.styleSheets, ...document.adoptedStyleSheets]
      .filter(({ disabled }) => !disabled)
      .map(rulesOf)
      .join('\n'),
  );
