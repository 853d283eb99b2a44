import { defineConfig } from 'vitest/config';

// Without a config here, Vitest looks for one in the folders above, where it finds that of an app. Vite does so for PostCSS.
export default defineConfig({ css: { postcss: {} } });
