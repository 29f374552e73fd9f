import { readFile } from 'node:fs/promises'

/** The elements: the files whose comments say what each has, and the modules that have the class and that register it. */
const elements = [
  { tagName: 'parlour-room', name: 'ParlourRoom', file: 'class', registers: 'element' },
  { tagName: 'parlour-count', name: 'ParlourCount', file: 'count', registers: 'count' },
]

type Named = { name: string; description: string; type?: { text: string } }

/** Matches a line such as `@attr {string} name - The room.` */
const line = /^ \* @(\w+)(?: \{(.+)\})?(?: ([\w-]+))? - (.+)$/gm

const modulesOf = async ({ tagName, name, file, registers }: (typeof elements)[number]) => {
  const source = await readFile(`src/client/package/${file}.ts`, 'utf8')
  const [before = ''] = source.split(`\nexport const ${name}`)
  const comment = before.slice(before.lastIndexOf('/**'))
  const found = Map.groupBy(comment.matchAll(line), ([, tag = '']) => tag)
  const all = (tag: string): Named[] =>
    (found.get(tag) ?? []).map(([, , type, name = '', description = '']) => ({
      name,
      description,
      ...(type && { type: { text: type } }),
    }))
  const path = `dist/client/${file}.js`
  const declaration = { name, module: path }
  const element = {
    kind: 'class',
    customElement: true,
    name,
    tagName,
    superclass: { name: 'HTMLElement' },
    description: comment.match(/^ \* (`.*)$/m)?.[1],
    attributes: all('attr'),
    members: all('prop').map((each) => ({ kind: 'field', ...each })),
    events: all('event'),
    slots: all('slot'),
    cssParts: all('csspart'),
    cssProperties: all('cssproperty'),
  }
  const exported = { kind: 'js', name, declaration }
  const definition = { kind: 'custom-element-definition', name: tagName, declaration }
  const module = { kind: 'javascript-module', path, declarations: [element] }
  return file === registers
    ? [{ ...module, exports: [exported, definition] }]
    : [
        { ...module, exports: [exported] },
        { kind: 'javascript-module', path: `dist/client/${registers}.js`, exports: [definition] },
      ]
}

/**
 * Returns the custom elements manifest of the package, which tells editors and documentation tools what the elements have:
 * https://github.com/webcomponents/custom-elements-manifest
 */
export const customElementsManifest = async () => ({
  schemaVersion: '2.1.0',
  modules: (await Promise.all(elements.map(modulesOf))).flat(),
})
