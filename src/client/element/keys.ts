/** Enter that sends: not with Shift, and not the one that ends what an input method composes (in Safari, 229 tells it). */
export const isEnter = (event: KeyboardEvent): boolean =>
  event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229

/** Makes a text field as high as its text; up to what the style sheet allows. */
export const grow = ({ target }: Pick<Event, 'target'>): void => {
  if (!(target instanceof HTMLTextAreaElement)) return
  target.style.blockSize = 'auto'
  target.style.blockSize = `${target.scrollHeight + 2}px`
}
