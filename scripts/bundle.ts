import { realpathSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { type BuildOptions, build, type OutputFile, type Plugin, transform } from 'esbuild'
import { minify } from 'terser'
import { emojiModule } from './emoji.ts'
import { shortNames } from './short-names.ts'

const require = createRequire(import.meta.url)

/** The folder of the parts of the element. The names in it have hashes, so `public/_headers` lets browsers keep them for good. */
export const PARTS = 'public/parlour'

/** The folder of the project, also where the tests run a server in a folder that links to it: the hashes in names depend on the paths. */
const root = dirname(realpathSync('src'))

/** Matches `() => import('./part.ts')`, by which a module loads another one on use. */
const lazyImport = /\(\) => import\('([^']+)'\)/g

/** Matches the file of a language in the package with the names of emoji. */
const emojiData = /emojibase-data[\\/](\w+)[\\/]data\.json$/

/** Packs the names of emoji in a language. */
export const emojiNames: Plugin = {
  name: 'emoji names',
  setup: ({ onLoad }) =>
    onLoad({ filter: emojiData }, async ({ path }) => ({
      contents: await emojiModule(emojiData.exec(path)?.[1] ?? ''),
      loader: 'js',
    })),
}

const nameOf = (module: string): string =>
  module.replace(emojiData, 'emoji-$1').replace(/^.*[\\/]|\.ts$/g, '')

/** Turns an imported style sheet into its text, minified. */
export const styleSheets: Plugin = {
  name: 'style sheets',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true })
      return { contents: code.trim(), loader: 'text' }
    }),
}

/** Removes indentation from templates. No text of the element needs a line break. */
export const compact = (source: string): string =>
  source.replace(/\n\s+/g, '\n').replace(/(?<=[>}])\n(?=<|\${)|\n(?=>)/g, '')

/**
 * Gives a part templates without lit-html, which the element has already. A second copy of it would make a second Trusted Types policy of
 * its name, which a strict policy of the page refuses.
 */
const templatesOnly: Plugin = {
  name: 'templates only',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^lit\/html\.js$/ }, () => ({ path: join(root, 'src/client/element/templates.ts') })),
}

/**
 * Bundles modules for browsers. A module that is loaded on use becomes a file of its own in `PARTS`, which shares no code with the module
 * that loads it: esbuild's own splitting would move what both need into a third file, which every page would wait for.
 */
export const bundler = () => {
  const parts = new Map<string, Promise<{ path: string; files: OutputFile[] }>>()

  const bundle = async (options: BuildOptions): Promise<OutputFile[]> => {
    const found = new Set<string>()
    const lazyImports: Plugin = {
      name: 'lazy imports',
      setup: ({ onLoad }) =>
        onLoad({ filter: /[\\/]client[\\/](element[\\/].*|[^\\/]+)\.ts$/ }, async ({ path }) => {
          const source = compact(await readFile(path, 'utf8'))
          const urls = new Map<string, string>()
          for (const [, name = ''] of source.matchAll(lazyImport)) {
            const module = name.startsWith('.') ? join(dirname(path), name) : require.resolve(name)
            found.add(module)
            const url = relative(resolve(root, options.outdir ?? ''), (await part(module)).path).replaceAll(
              '\\',
              '/',
            )
            urls.set(name, url.startsWith('.') ? url : `./${url}`)
          }
          // The second parameter keeps esbuild from looking for files that begin so.
          const contents = source.replace(
            lazyImport,
            (_, name) => `(again = '', url = '${urls.get(name)}') => import(url + again)`,
          )
          return { contents, loader: 'ts' }
        }),
    }
    const { outputFiles } = await build({
      absWorkingDir: root,
      bundle: true,
      format: 'esm',
      target: 'es2022',
      minify: true,
      // Modules are always read as UTF-8.
      charset: 'utf8',
      sourcemap: true,
      mangleProps: new RegExp(`^(${Object.keys(shortNames).join('|')})$`),
      mangleCache: shortNames,
      legalComments: 'external',
      logLevel: 'warning',
      ...options,
      plugins: [...(options.plugins ?? []), styleSheets, emojiNames, lazyImports],
      write: false,
    })
    const inner = await Promise.all([...found].map(async (each) => (await part(each)).files))
    return [...outputFiles, ...inner.flat()]
  }

  /** Bundles a module that is loaded on use, once. Its name has the hash of its contents: an upgrade never mixes two versions. */
  const part = (module: string) => {
    const known = parts.get(module)
    if (known) return known
    const built = bundle({
      entryPoints: { [nameOf(module)]: module },
      entryNames: '[name]-[hash]',
      outdir: PARTS,
      plugins: [templatesOnly],
    }).then((files) => ({ path: files.find(({ path }) => path.endsWith('.js'))?.path ?? '', files }))
    parts.set(module, built)
    return built
  }

  return bundle
}

/** Returns the files of a bundle with its first module smaller, and that one's source map. Terser takes some 3 % off what esbuild has minified. */
export const smaller = async (files: OutputFile[]): Promise<{ path: string; contents: Uint8Array }[]> => {
  const module = files.find(({ path }) => path.endsWith('.js'))
  const map = files.find(({ path }) => path.endsWith('.js.map'))
  if (!module || !map) throw new Error('a bundle without a module or a source map')
  const small = await minify(module.text, {
    module: true,
    ecma: 2020,
    // The two that are off make a file that compresses worse. No getter of ours has an effect.
    compress: { passes: 3, lhs_constants: false, sequences: false, pure_getters: true },
    sourceMap: {
      content: map.text,
      filename: basename(module.path),
      url: basename(map.path),
      includeSources: true,
    },
  })
  const texts = new Map([
    [module, `${small.code}\n`],
    [map, String(small.map)],
  ])
  return files.map((file) => {
    const text = texts.get(file)
    return text === undefined ? file : { path: file.path, contents: Buffer.from(text) }
  })
}
