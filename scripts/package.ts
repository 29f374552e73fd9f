/** `npm run prepare`: writes what the package of npm has beside its types to `dist/client`. */
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { build, type Plugin } from 'esbuild'
import { compact, emojiNames, styleSheets } from './bundle.ts'
import { customElementsManifest } from './custom-elements.ts'

const OUT = 'dist/client'

const compactTemplates: Plugin = {
  name: 'compact templates',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]client[\\/]element[\\/].*\.ts$/ }, async ({ path }) => ({
      contents: compact(await readFile(path, 'utf8')),
      loader: 'ts',
    })),
}

/**
 * Builds the package's modules for bundlers. The element loads its parts by `import('./part.js')`, which a bundler finds. All modules share the client
 * library and lit-html.
 */
export const buildPackage = async (outdir: string): Promise<void> => {
  await rm(outdir, { recursive: true, force: true })
  await build({
    entryPoints: {
      client: 'src/client/client.ts',
      class: 'src/client/package/class.ts',
      count: 'src/client/package/count.ts',
      element: 'src/client/package/element.ts',
      react: 'src/client/package/react.ts',
    },
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: 'parts/[name]-[hash]',
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    // Takes the build of lit-html that a server may import: it needs no `document`.
    platform: 'neutral',
    conditions: ['node'],
    inject: ['src/client/package/html-element.ts'],
    external: ['react'],
    // The server's own script finds the server by its own address. In a bundle it would be the site's, so the element says that `server` is missing.
    define: { 'import.meta.url': JSON.stringify('<parlour-room server="">') },
    plugins: [compactTemplates, styleSheets, emojiNames],
    logLevel: 'warning',
  })
}

/**
 * Builds the API for Workers of others, with all that it needs but Hono: an app of theirs mounts it, so both must have the same one. Their wrangler
 * minifies it.
 */
export const buildServer = (outfile: string) =>
  build({
    entryPoints: ['src/server.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'hono', 'hono/*'],
    logLevel: 'warning',
  })

if (import.meta.main) {
  await buildPackage(OUT)
  await buildServer('dist/server.js')
  for (const name of ['vue', 'svelte'])
    await copyFile(`src/client/package/${name}.d.ts`, `dist/types/client/package/${name}.d.ts`)
  await writeFile(`${OUT}/custom-elements.json`, JSON.stringify(await customElementsManifest(), null, 2))
}
