import { makeVisible } from './name-characters.ts'

/** The longest name of a file, in Unicode code points. */
const MAX_FILE_NAME_CHARACTERS = 200

const clean = (given: string): string => {
  const last = given.toWellFormed().split(/[\\/]/).at(-1) ?? ''
  const name = makeVisible(last.normalize('NFC'))
    .replace(/[:*?"<>|]/g, '_')
    .replace(/\s+/g, ' ')
    .trim()
  if (/^\.*$/.test(name)) return 'file'
  const characters = Array.from(name)
  if (characters.length <= MAX_FILE_NAME_CHARACTERS) return name
  const ending = /\.[^. ]{1,16}$/u.exec(name)?.[0] ?? ''
  return (
    characters
      .slice(0, MAX_FILE_NAME_CHARACTERS - Array.from(ending).length)
      .join('')
      .trimEnd() + ending
  )
}

/**
 * Returns the name under which a file is kept: without folders, and without what is invisible or what no system takes in a name. It returns such a name
 * as it is.
 */
export const toFileName = (given: string): string => {
  // A character that goes or is cut off may be the reason for another one beside it.
  let name = clean(given)
  for (let next = clean(name); next !== name; next = clean(name)) name = next
  return name
}

/** Returns a name in the form in which the names of files from before 2026-11-28 are like those of now. */
const withoutJoiners = (name: string): string =>
  name
    .replace(
      /[\u180b-\u180f]|\u200c|\u200d|[\ufe00-\ufe0f]|[\u{e0030}-\u{e007f}]|[\u{e0100}-\u{e01ef}]/gu,
      '',
    )
    .normalize('NFC')

/** Returns whether a file may have this name. One from before 2026-11-28 may differ a little from that of `toFileName`. */
export const isFileName = (name: string): boolean =>
  name !== '' &&
  Array.from(name).length <= MAX_FILE_NAME_CHARACTERS &&
  withoutJoiners(toFileName(name)) === withoutJoiners(name)
