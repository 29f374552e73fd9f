/**
 * `npm run assets` builds into `public`: the modules of `src/client`, the OpenAPI document, the pages that explain problems,
 * and a copy of Swagger UI. Wrangler and the tests run it by themselves.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import manifest from '../package.json' with { type: 'json' }
import { openApiDocument } from '../src/openapi/document.ts'
import { operations } from '../src/operations.ts'
import { bundler, PARTS, smaller } from './bundle.ts'
import { problemPages } from './problem-pages.ts'

/** The source of each module, by the name of its file. */
const modules = {
  client: 'src/client/client.ts',
  parlour: 'src/client/define.ts',
  'parlour-count': 'src/client/define-count.ts',
  home: 'src/client/pages/home.ts',
  turnstile: 'src/client/pages/turnstile.ts',
  'parlour-push': 'src/client/push-worker.ts',
  'docs/docs': 'src/client/pages/docs.ts',
  'admin/admin': 'src/client/admin/admin.ts',
}

/** The files of `/docs`, with their licences. */
const swaggerUi = [
  'swagger-ui-bundle.js',
  'swagger-ui.css',
  'LICENSE',
  'NOTICE',
  'swagger-ui-bundle.js.LICENSE.txt',
]

/** Writes a file unless it has these contents already: servers that watch it would restart. */
const write = async (path: string, contents: Uint8Array): Promise<void> => {
  const existing = await readFile(path).catch(() => undefined)
  if (existing?.equals(contents)) return
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, contents)
}

const buildModules = async (): Promise<void> => {
  const bundle = bundler()
  const built = Object.entries(modules).map(async ([name, path]) =>
    smaller(await bundle({ entryPoints: { [name]: path }, outdir: 'public' })),
  )
  const files = (await Promise.all(built)).flat()
  await Promise.all(files.map(({ path, contents }) => write(path, contents)))
  // Removes the parts of earlier builds.
  const current = new Set(files.map(({ path }) => basename(path)))
  const old = (await readdir(PARTS)).filter((name) => !current.has(name))
  await Promise.all(old.map((name) => rm(join(PARTS, name), { force: true })))
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
