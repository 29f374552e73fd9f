/** True on phones and tablets, where Enter makes a new line. */
export const isTouch = (): boolean => matchMedia('(hover: none) and (pointer: coarse)').matches

/**
 * Returns whether a key press sends the text: Enter without Shift. On touch screens only with Ctrl or Meta. An Enter that ends
 * the composition of an input method doesn't count (Safari reports it as key code 229).
 */
export const isSendKey = (event: KeyboardEvent): boolean =>
  event.key === 'Enter' &&
  !event.shiftKey &&
  !event.isComposing &&
  event.keyCode !== 229 &&
  (event.ctrlKey || event.metaKey || !isTouch())

/** Keys that move the focus or belong to the browser. Focus traps of the page's dialogs listen for Tab. */
const passedKeys = /^(Tab|F\d+)$/

/**
 * Keeps plain keys that are pressed in a field from the page, whose shortcuts would take them for theirs: outside of the shadow root,
 * the page can't see that the target is a field. Keys with Ctrl, Meta or Alt pass, except where AltGr makes a character.
 */
export const keepPlainKeys = (given: Event): void => {
  const event = given as KeyboardEvent
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey
  if (hasModifier && !event.getModifierState('AltGraph')) return
  if (
    !passedKeys.test(event.key) &&
    event.target instanceof Element &&
    event.target.matches('input, textarea')
  )
    event.stopPropagation()
}

/** Makes a text field as high as its text. The style sheet sets the largest height. */
export const fitHeight = ({ target }: Pick<Event, 'target'>): void => {
  const field = target as HTMLTextAreaElement
  field.style.blockSize = 'auto'
  field.style.blockSize = `${field.scrollHeight + 2}px`
}
