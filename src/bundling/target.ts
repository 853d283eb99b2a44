/** The language that bundles are built for by default: the pages of hosts need browsers that have it. */
export const TARGET = 'es2022';
