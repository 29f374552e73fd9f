// Nothing is imported: the client uses this file without zod.

const takesNoSpace = '\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}\\u{1d159}'
/** The empty Braille cell, the Khitan filler and the blank hieroglyphs. */
const takesSpace = '\\u2800\\u{16fe4}\\u{13441}\\u{13442}'

/** The part of a character class that matches every character that shows nothing, except white space. */
export const showsNothing = takesNoSpace + takesSpace

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
