// Nothing is imported: the client uses this file without zod.

const showsNothing = '\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}\\u{1d159}'
const blank = new RegExp(`^[\\s${showsNothing}\\u2800]+$`, 'u')

/** Returns whether a text has characters, and all of them are white space or invisible. */
export const isBlank = (text: string): boolean => blank.test(text)

/** To JavaScript U+FEFF is white space. */
const takesNoSpace = new RegExp(`\\ufeff|(?!\\s)[${showsNothing}]`, 'gu')

/** Removes every character that shows nothing and takes no space. */
export const withoutInvisible = (text: string): string => text.replace(takesNoSpace, '')
