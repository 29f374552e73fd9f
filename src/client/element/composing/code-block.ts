/** Returns whether a place in a text is in a block of code: after an opening ``` whose end isn't before it. */
export const isInCodeBlock = (text: string, at: number): boolean => {
  let isOpen = false
  for (const line of text.slice(0, at).split('\n'))
    if (isOpen ? /^ {0,3}``` *$/.test(line) : /^ {0,3}```[^`]*$/.test(line)) isOpen = !isOpen
  return isOpen
}
