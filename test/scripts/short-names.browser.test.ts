import { readdirSync, readFileSync } from 'node:fs'
import { build, transformSync } from 'esbuild'
import { describe, expect } from 'vitest'
import { shortNames } from '../../scripts/short-names.ts'
import { it } from '../support/browser/fixtures.ts'

const names = Object.keys(shortNames)
const text = (path: string) => readFileSync(path, 'utf8')
const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)

/** Returns the properties that modules use, as esbuild finds them. */
const propertiesOf = async (entryPoints: string[]): Promise<string[]> => {
  const { mangleCache = {} } = await build({
    entryPoints,
    mangleProps: /./,
    mangleCache: {},
    bundle: false,
    write: false,
    outdir: 'public',
    logLevel: 'silent',
  })
  return Object.keys(mangleCache)
}

describe('the properties with short names', () => {
  it('are properties of the client and the element', async () => {
    expect(await propertiesOf(filesOf('src/client'))).toEqual(expect.arrayContaining(names))
  })

  it('are known to no browser', async ({ server, visitor }) => {
    const page = await visitor()
    await page.goto(server.url)
    const known = await page.evaluate(() => {
      const found = new Set<string>()
      const add = (value: unknown) => {
        if (Object(value) === value) for (const name of Object.getOwnPropertyNames(value)) found.add(name)
      }
      add(globalThis)
      for (const name of Object.getOwnPropertyNames(globalThis)) {
        const value: unknown = Reflect.get(globalThis, name)
        add(value)
        if (typeof value === 'function') add(value.prototype)
      }
      return [...found]
    })
    expect(known).toContain('adoptedStyleSheets')
    expect(known.filter((name) => names.includes(name))).toEqual([])
  })

  it('are in no request, no answer and no part of the client that pages use', async () => {
    const wire = await propertiesOf(filesOf('src/contract'))
    const words = new Set([...wire, ...(text('src/client/types.ts').match(/\w+/g) ?? [])])
    expect(names.filter((name) => words.has(name))).toEqual([])
  })

  it('have names that nothing else has', async () => {
    const taken = await propertiesOf(filesOf('src/client'))
    const short = Object.values(shortNames)
    expect(new Set(short).size).toBe(short.length)
    expect(taken.filter((name) => short.includes(name))).toEqual([])
  })

  it('are in no text by which a property is found', () => {
    // Types have such texts too, and find nothing.
    const code = filesOf('src/client').map((path) => transformSync(text(path), { loader: 'ts' }).code)
    const quoted = code.flatMap((each) => each.match(/(?<=['"`])\w+(?=['"`])/g) ?? [])
    expect(quoted).toContain('message')
    expect(quoted.filter((name) => names.includes(name))).toEqual([])
  })
})
