/** The largest number of lines at once, for a reader who catches up. */
const MAX_LINES = 5

/**
 * Adds a line to a live region that isn't visible, so that screen readers read it out. The log itself isn't a live region: when older
 * messages are added at its top, a screen reader would read them out as new.
 */
export const announce = (region: Element | null, text: string): void => {
  const line = document.createElement('p')
  line.textContent = text
  region?.append(line)
  if (region && region.childElementCount > MAX_LINES) region.firstElementChild?.remove()
}
