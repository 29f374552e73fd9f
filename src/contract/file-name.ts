import { makeVisible } from './name-characters.ts'

/** The longest name of a file, in Unicode code points. */
const MAX_FILE_NAME_CHARACTERS = 200

/** Returns the name under which a file is kept: without folders, and without what is invisible or what no system takes in a name. */
export const toFileName = (given: string): string => {
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
