export { isBare, readBundle, type BundleFacts } from './read-bundle.ts';
