import { chatroomName, userName } from '../../src/contract/index.ts'
import { makeVisible, normalizeName } from '../../src/contract/name-characters.ts'
import { nameKey } from '../../src/lib/name-key.ts'
import { cutName, MAX_NAME_LENGTH, numberedStem, toUserName } from '../../src/lib/tidy-name.ts'

/** A name that had to change, for the table that is printed. */
export type Renamed = { kind: 'person' | 'room'; from: string; to: string; why: string }

/** Returns a text as a room's name: other characters become hyphens. Undefined if nothing is left of it. */
const toRoomName = (text: string): string | undefined => {
  const plain = normalizeName(makeVisible(normalizeName(text.slice(0, 1024))))
    .replace(/(?!\u200c|\u200d)[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/^[\p{M}-]+|-+$/gu, '')
  return chatroomName.safeParse(cutName(plain, MAX_NAME_LENGTH)).data
}

const rules = {
  person: {
    schema: userName,
    tidy: toUserName,
    number: (stem: string, number: number) => `${stem} ${number}`,
  },
  room: {
    schema: chatroomName,
    tidy: toRoomName,
    number: (stem: string, number: number) => `${stem}-${number}`,
  },
}

/**
 * Gives out names by the rules of the server: a name that it refuses is tidied, and one that looks like another gets a number. `renamed`
 * collects those that changed.
 */
export const createNames = (kind: Renamed['kind'], renamed: Renamed[]) => {
  const { schema, tidy, number } = rules[kind]
  const taken = new Map<string, string>()

  /** Returns the name for the first of `wanted` of which something is left. */
  return (...wanted: [string, ...string[]]): string => {
    const [from = ''] = wanted.filter((text) => text.trim() !== '')
    const base = wanted.map(tidy).find((name) => name !== undefined) ?? (kind === 'person' ? 'User' : 'room')
    const other = taken.get(nameKey(base))
    let name = base
    for (let each = 2; taken.has(nameKey(name)); each++) name = number(numberedStem(base), each)
    taken.set(nameKey(name), name)
    if (name !== from) {
      const [issue] = schema.safeParse(from).error?.issues ?? []
      const tidied = issue?.message ?? (base === from ? undefined : 'is written in another form (NFKC)')
      const alike = other && (other === base ? 'is taken' : `looks like "${other}"`)
      renamed.push({ kind, from, to: name, why: [tidied, alike].filter(Boolean).join(', ') })
    }
    return name
  }
}
