/**
 * `npm run assets`: makes what browsers load from `src/client`, into `public`, and copies Swagger UI there. Wrangler and the
 * tests run it by themselves.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

/** Each file's name, and what it is made of. */
const modules = {
  client: 'src/client/client.ts',
  parlour: 'src/client/define.ts',
  home: 'src/client/pages/home.ts',
  'docs/docs': 'src/client/pages/docs.ts',
  'moderate/moderate': 'src/client/moderate/moderate.ts',
}

/** What `/docs` is made of; the licences of what is in it go with it. */
const swaggerUi = [
  'swagger-ui-bundle.js',
  'swagger-ui.css',
  'LICENSE',
  'NOTICE',
  'swagger-ui-bundle.js.LICENSE.txt',
]

/** Leaves a file alone that is right already: servers that watch it would start anew. */
const write = async (path: string, contents: Uint8Array): Promise<void> => {
  const there = await readFile(path).catch(() => undefined)
  if (there?.equals(contents)) return
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, contents)
}

const buildModules = async (): Promise<void> => {
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
  await Promise.all(outputFiles.map(({ path, contents }) => write(path, contents)))
}

const copySwaggerUi = async (): Promise<void> => {
  const from = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  await Promise.all(
    swaggerUi.map(async (name) =>
      write(join('public/docs/swagger-ui', name), await readFile(join(from, name))),
    ),
  )
}

export const buildAssets = async (): Promise<void> => {
  await Promise.all([buildModules(), copySwaggerUi()])
}

if (import.meta.main) await buildAssets()
