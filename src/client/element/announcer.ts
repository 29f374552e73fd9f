/** Who catches up isn't read more than this. */
const MOST = 5

/**
 * What screen readers read out: each new message of others, once, politely, in a place that nobody sees. The log can't do it by
 * itself: messages come into it at the top, too, and go out of it, and a screen reader can't tell those from new ones.
 */
export const announce = (region: Element | null, text: string): void => {
  const line = document.createElement('p')
  line.textContent = text
  region?.append(line)
  if (region && region.childElementCount > MOST) region.firstElementChild?.remove()
}
