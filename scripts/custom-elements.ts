import { readFile } from 'node:fs/promises'

/** The class whose comment says what the element has. */
const SOURCE = 'src/client/package/class.ts'

type Named = { name: string; description: string; type?: { text: string } }

/** Matches a line such as `@attr {string} name - The room.` */
const line = /^ \* @(\w+)(?: \{(.+)\})?(?: ([\w-]+))? - (.+)$/gm

/**
 * Returns the custom elements manifest of the package, which tells editors and documentation tools what `<parlour-room>` has:
 * https://github.com/webcomponents/custom-elements-manifest
 */
export const customElementsManifest = async () => {
  const source = await readFile(SOURCE, 'utf8')
  const [comment = ''] = source.match(/\/\*\*[\s\S]*?\*\/(?=\nexport const ParlourRoom)/) ?? []
  const found = Map.groupBy(comment.matchAll(line), ([, tag = '']) => tag)
  const all = (tag: string): Named[] =>
    (found.get(tag) ?? []).map(([, , type, name = '', description = '']) => ({
      name,
      description,
      ...(type && { type: { text: type } }),
    }))
  const path = 'dist/client/class.js'
  const declaration = { name: 'ParlourRoom', module: path }
  return {
    schemaVersion: '2.1.0',
    modules: [
      {
        kind: 'javascript-module',
        path,
        declarations: [
          {
            kind: 'class',
            customElement: true,
            name: 'ParlourRoom',
            tagName: 'parlour-room',
            superclass: { name: 'HTMLElement' },
            description: comment.match(/^ \* (`.*)$/m)?.[1],
            attributes: all('attr'),
            members: all('prop').map((each) => ({ kind: 'field', ...each })),
            events: all('event'),
            slots: all('slot'),
            cssParts: all('csspart'),
            cssProperties: all('cssproperty'),
          },
        ],
        exports: [{ kind: 'js', name: 'ParlourRoom', declaration }],
      },
      {
        kind: 'javascript-module',
        path: 'dist/client/element.js',
        exports: [{ kind: 'custom-element-definition', name: 'parlour-room', declaration }],
      },
    ],
  }
}
