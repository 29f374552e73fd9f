/**
 * `npm run assets`: makes what browsers load from `src/client`, and the OpenAPI document from the operations, into `public`, and
 * copies Swagger UI there. Wrangler and the tests run it by themselves.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build, type Plugin, transform } from 'esbuild'
import manifest from '../package.json' with { type: 'json' }
import { openApiDocument } from '../src/openapi/document.ts'
import { operations } from '../src/operations.ts'

/** Each file's name, and what it is made of. */
const modules = {
  client: 'src/client/client.ts',
  parlour: 'src/client/define.ts',
  home: 'src/client/pages/home.ts',
  'docs/docs': 'src/client/pages/docs.ts',
  'moderate/moderate': 'src/client/admin/moderate.ts',
}

/** What `/docs` is made of; the licences of what is in it go with it. */
const swaggerUi = [
  'swagger-ui-bundle.js',
  'swagger-ui.css',
  'LICENSE',
  'NOTICE',
  'swagger-ui-bundle.js.LICENSE.txt',
]

/** A style sheet that a module imports is its text, minified. */
const styleSheets: Plugin = {
  name: 'style sheets',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true })
      return { contents: code.trim(), loader: 'text' }
    }),
}

/** Indentation is for those who write: in templates, it would be sent too. No text of ours has a line break that counts. */
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

/** Leaves a file alone that is right already: servers that watch it would start anew. */
const write = async (path: string, contents: Uint8Array): Promise<void> => {
  const there = await readFile(path).catch(() => undefined)
  if (there?.equals(contents)) return
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, contents)
}

const buildModules = async (): Promise<void> => {
  // Apart, so that none waits for a file that several share.
  const built = Object.entries(modules).map(([name, path]) =>
    build({
      entryPoints: { [name]: path },
      outdir: 'public',
      bundle: true,
      format: 'esm',
      // What is imported when it is needed (a language) is a file of its own.
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

export const buildAssets = async (): Promise<void> => {
  await Promise.all([buildModules(), writeDocument(), copySwaggerUi()])
}

if (import.meta.main) await buildAssets()
