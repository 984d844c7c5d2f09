import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const outDir = '../wwwroot/storefront';

/** Beside each text file its compressed twin, so that nothing is compressed while somebody waits. */
function compressed(): Plugin {
  const each = (folder: string) => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) {
        each(path);
      } else if (/\.(js|css|svg|webmanifest)$/.test(name)) {
        writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
      }
    }
  };
  return { name: 'compressed', closeBundle: () => each(outDir) };
}

export default defineConfig({
  base: '/storefront/',
  plugins: [react(), compressed()],
  build: {
    outDir,
    emptyOutDir: true,
    rollupOptions: {
      input: ['index.html', 'admin.html'],
      // What every page begins with comes in few files: a browser asks for six at a time (HTTP/1.1).
      output: {
        codeSplitting: {
          groups: [
            { name: 'libraries', test: /node_modules/, tags: ['$initial'] },
            { name: 'shared', tags: ['$initial'], minShareCount: 2 },
          ],
        },
      },
    },
    // Everything in a file of its own: the pages run nothing that stands in them.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(['/v1', '/images', '/media', '/connect', '/sign-in'].map(path => [path, 'http://localhost:8080'])),
  },
});
