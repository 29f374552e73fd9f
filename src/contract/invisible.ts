import { showsNothing, takesNoSpace, takesSpace } from './shows-nothing.ts'

const blank = new RegExp(`^[\\s${showsNothing}]+$`, 'u')

/** Returns whether a text has characters, and all of them are white space or invisible. */
export const isBlank = (text: string): boolean => blank.test(text)

/** To JavaScript U+FEFF is white space. */
const spaceless = new RegExp(`\\ufeff|(?!\\s)[${takesNoSpace}]`, 'gu')

/** Removes every character that shows nothing and takes no space. */
export const withoutInvisible = (text: string): string => text.replace(spaceless, '')

const blankSymbol = new RegExp(`[${takesSpace}]`, 'gu')

/** Removes every character that shows nothing and takes the space of a letter. */
export const withoutBlankSymbols = (text: string): string => text.replace(blankSymbol, '')
