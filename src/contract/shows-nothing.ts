// Nothing is imported: the client uses this file without zod. Parts of character classes, of which no expression is made that the client
// doesn't use.

export const takesNoSpace = '\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}\\u{1d159}'
/** The empty Braille cell, the Khitan filler and the blank hieroglyphs. */
export const takesSpace = '\\u2800\\u{16fe4}\\u{13441}\\u{13442}'

/** Every character that shows nothing, except white space. */
export const showsNothing = takesNoSpace + takesSpace
