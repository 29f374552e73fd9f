/**
 * `npm run assets` builds into `public`: the modules of `src/client`, the OpenAPI document, the pages that explain problems,
 * and a copy of Swagger UI. Wrangler and the tests run it by themselves.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build, type Plugin, transform } from 'esbuild'
import manifest from '../package.json' with { type: 'json' }
import { openApiDocument } from '../src/openapi/document.ts'
import { operations } from '../src/operations.ts'
import { problemPages } from './problem-pages.ts'

/** The source of each module, by the name of its file. */
const modules = {
  client: 'src/client/client.ts',
  parlour: 'src/client/define.ts',
  home: 'src/client/pages/home.ts',
  turnstile: 'src/client/pages/turnstile.ts',
  'docs/docs': 'src/client/pages/docs.ts',
  'moderate/moderate': 'src/client/admin/moderate.ts',
}

/** The files of `/docs`, with their licences. */
const swaggerUi = [
  'swagger-ui-bundle.js',
  'swagger-ui.css',
  'LICENSE',
  'NOTICE',
  'swagger-ui-bundle.js.LICENSE.txt',
]

/** Turns an imported style sheet into its text, minified. */
const styleSheets: Plugin = {
  name: 'style sheets',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true })
      return { contents: code.trim(), loader: 'text' }
    }),
}

/** Removes indentation from templates. No text of the element needs a line break. */
const templates: Plugin = {
  name: 'templates',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]client[\\/]element[\\/].*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8'))
        .replace(/\n\s+/g, '\n')
        .replace(/(?<=[>}])\n(?=<|\${)|\n(?=>)/g, ''),
      loader: 'ts',
    })),
}

/** Writes a file unless it has these contents already: servers that watch it would restart. */
const write = async (path: string, contents: Uint8Array): Promise<void> => {
  const existing = await readFile(path).catch(() => undefined)
  if (existing?.equals(contents)) return
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, contents)
}

const buildModules = async (): Promise<void> => {
  // Built one by one, so that no page loads a chunk that several share.
  const built = Object.entries(modules).map(([name, path]) =>
    build({
      entryPoints: { [name]: path },
      outdir: 'public',
      bundle: true,
      format: 'esm',
      // A module that is imported when it is needed, such as a language, gets a file of its own.
      splitting: true,
      chunkNames: `${name}-[name]`,
      target: 'es2022',
      minify: true,
      // Modules are always read as UTF-8.
      charset: 'utf8',
      plugins: [styleSheets, templates],
      sourcemap: true,
      legalComments: 'external',
      logLevel: 'warning',
      write: false,
    }),
  )
  const files = (await Promise.all(built)).flatMap(({ outputFiles }) => outputFiles)
  await Promise.all(files.map(({ path, contents }) => write(path, contents)))
}

const writeDocument = (): Promise<void> =>
  write('public/openapi.json', Buffer.from(JSON.stringify(openApiDocument(operations, manifest.version))))

const copySwaggerUi = async (): Promise<void> => {
  const from = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  await Promise.all(
    swaggerUi.map(async (name) =>
      write(join('public/docs/swagger-ui', name), await readFile(join(from, name))),
    ),
  )
}

const writeProblemPages = async (): Promise<void> => {
  const pages = Object.entries(problemPages())
  await Promise.all(pages.map(([name, html]) => write(join('public', name), Buffer.from(html))))
}

export const buildAssets = async (): Promise<void> => {
  await Promise.all([buildModules(), writeDocument(), writeProblemPages(), copySwaggerUi()])
}

if (import.meta.main) await buildAssets()
