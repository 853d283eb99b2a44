export { classNamesIn, type ClassName } from './class-names.ts';
export { findTailwind, type Tailwind } from './engine.ts';
export { MARKED, markedSource, markedSpecifier, nameClasses } from './marked-react.ts';
export { compileClasses, sheetId, styledClasses, type WidgetSheet } from './sheet.ts';
