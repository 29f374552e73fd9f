import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { customElementsManifest } from '../../../scripts/custom-elements.ts'

const sources = globSync('src/client/element/**/*.ts').map((path) => readFileSync(path, 'utf8'))
const source = sources.join('\n')
const styles = globSync('src/client/element/**/*.css').map((path) => readFileSync(path, 'utf8'))

const [declaration, count] = (await customElementsManifest()).modules.flatMap((module) =>
  'declarations' in module ? module.declarations : [],
)
const namesOf = (named: { name: string }[] = []): string[] => named.map(({ name }) => name).toSorted()

/** Returns the first match of each, once. */
const all = (text: string, pattern: RegExp): string[] =>
  [...new Set(Array.from(text.matchAll(pattern), ([, name = '']) => name))].toSorted()

/** Returns the arguments of a call that begins at `start`, behind its bracket. */
const argumentsAt = (start: number): string[] => {
  const found = ['']
  let depth = 0
  for (const character of source.slice(start)) {
    if (/[([{]/.test(character)) depth++
    if (/[)\]}]/.test(character) && depth-- === 0) break
    if (character === ',' && depth === 0) found.push('')
    else found[found.length - 1] += character
  }
  return found
}

/** Returns the parts that the element's templates have. */
const partsOfSource = (): string[] => {
  const literal = Array.from(source.matchAll(/[\s<]part="([^"]*)"/g), ([, text = '']) => text)
  const words = literal.flatMap((text) => [
    ...text.replaceAll(/\$\{[^}]*\}/g, ' ').split(/\s+/),
    ...Array.from(text.matchAll(/\? '([\w-]+)'/g), ([, word = '']) => word),
  ])
  // `button` and the functions that call it with a part of their caller take it as the third argument.
  const calls = [...source.matchAll(/\b(?:button|open|all)\(/g)].flatMap(({ index, 0: call }) => {
    const [, , part = ''] = argumentsAt(index + call.length)
    return Array.from(part.matchAll(/'([\w-]+)'/g), ([, word = '']) => word)
  })
  // The notes of the log, and the states of a message on its way.
  const dynamic = ['older', 'empty', 'pending', 'held', 'failed']
  return [...new Set([...words, ...calls, ...dynamic])].filter(Boolean).toSorted()
}

describe('the custom elements manifest', () => {
  it('has every part of the element, and no other', () => {
    expect(namesOf(declaration?.cssParts)).toEqual(partsOfSource())
    // The values that are no literals are those that the test knows.
    expect(all(source, /[\s<]part=\$\{([^}]*)\}/g)).toEqual(['key', 'part'])
    expect(source).toContain("addNote = (key: 'older' | 'empty')")
    expect(readFileSync('src/client/types.ts', 'utf8')).toContain(
      "state: 'pending' | 'held' | 'sent' | 'failed'",
    )
  })

  it('has every custom property, attribute, slot and event of the element, and no other', () => {
    expect(namesOf(declaration?.cssProperties)).toEqual(all(styles.join(''), /var\((--parlour-[\w-]+)/g))
    const read = all(source, /\b(?:this|element|context)(?:\.#?\w+)?\.getAttribute\('([\w-]+)'\)/g)
    const inherited = all(source, /inheritedAttribute\([\w.#]+, '([\w-]+)'\)/g)
    const styled = all(styles.join(''), /:host\(\[(theme)=/g)
    const ofRichText = ['href', 'start']
    expect(namesOf(declaration?.attributes)).toEqual(
      [...new Set([...read, ...inherited, ...styled])]
        .filter((name) => !ofRichText.includes(name))
        .toSorted(),
    )
    expect(source).not.toContain('<slot')
    const events = all(source, /\bfire\(context, '([\w-]+)'/g)
    expect(events).toHaveLength(4)
    expect(namesOf(declaration?.events)).toEqual(events)
  })

  it('has the properties that a page may set', () => {
    const [, keys = ''] = /for \(const key of \[([^\]]*)\] as const\)/.exec(source) ?? []
    expect(namesOf(declaration?.members)).toEqual(all(keys, /'(\w+)'/g))
  })

  it('describes each, and names no part twice', () => {
    const { cssParts = [], cssProperties = [], attributes = [] } = declaration ?? {}
    const { members = [], slots = [], events = [] } = declaration ?? {}
    for (const { description } of [
      ...cssParts,
      ...cssProperties,
      ...attributes,
      ...members,
      ...slots,
      ...events,
    ])
      expect(description).toMatch(/^[A-Z].*\.$/)
    expect(new Set(namesOf(cssParts)).size).toBe(cssParts.length)
    expect(declaration?.description).toMatch(/^`<parlour-room/)
  })
  it('has the attributes and the slot of <parlour-count>', () => {
    expect(count).toMatchObject({ tagName: 'parlour-count', name: 'ParlourCount' })
    const element = readFileSync('src/client/count/parlour-count.ts', 'utf8')
    const [, observed = ''] = /observedAttributes = \[([^\]]*)\]/.exec(element) ?? []
    expect(namesOf(count?.attributes)).toEqual(all(observed, /'(\w+)'/g))
    expect(count?.slots).toHaveLength(1)
    for (const { description } of [...(count?.attributes ?? []), ...(count?.slots ?? [])])
      expect(description).toMatch(/^[A-Z].*\.$/)
  })
})
