import { defineConfig } from 'vite';

/** The console is the only part of the program that is bundled. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    // Everything is a file of its own: the content security policy allows no inline code.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
});
