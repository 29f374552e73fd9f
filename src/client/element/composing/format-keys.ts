/** The keys of bold, italic, code and links. */
export type FormatKey = 'b' | 'i' | 'e' | 'k'

/**
 * Returns which format a key press is for, if any: with Ctrl, and on Apple's devices with Command, because Ctrl moves the caret
 * there. On keyboards of other scripts it is the key in the same place.
 */
export const formatKey = (event: KeyboardEvent): FormatKey | undefined => {
  const isApple = /Mac|iP/.test(navigator.platform)
  const isHeld = isApple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey
  if (!isHeld || event.altKey || event.shiftKey || event.isComposing) return undefined
  const key = (/^[ -~]$/.test(event.key) ? event.key : event.code.slice(3)).toLowerCase()
  return (['b', 'i', 'e', 'k'] as const).find((each) => each === key)
}
