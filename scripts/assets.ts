/**
 * `npm run assets`: makes what browsers load from `src/client`, and the OpenAPI document from the operations, into `public`.
 * Wrangler and the tests run it by themselves.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { build } from 'esbuild'
import manifest from '../package.json' with { type: 'json' }
import { openApiDocument } from '../src/openapi/document.ts'
import { operations } from '../src/openapi/operations.ts'

/** Each file's name, and what it is made of. */
const modules = { client: 'src/client/client.ts', parlour: 'src/client/define.ts' }

/** Leaves a file alone that is right already: servers that watch it would start anew. */
const write = async (path: string, contents: Uint8Array): Promise<void> => {
  const there = await readFile(path).catch(() => undefined)
  if (there?.equals(contents)) return
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, contents)
}

export const buildAssets = async (): Promise<void> => {
  const { outputFiles } = await build({
    entryPoints: modules,
    outdir: 'public',
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    sourcemap: true,
    legalComments: 'eof',
    logLevel: 'warning',
    write: false,
  })
  const document = Buffer.from(JSON.stringify(openApiDocument(operations, manifest.version)))
  await Promise.all([
    ...outputFiles.map(({ path, contents }) => write(path, contents)),
    write('public/openapi.json', document),
  ])
}

if (import.meta.main) await buildAssets()
