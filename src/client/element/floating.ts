const GAP = 4

/** Places a popover above an element, or below it where there is no room, and within the window. */
export const placeAt = (popover: HTMLElement, anchor: Element): void => {
  const { innerWidth, innerHeight } = popover.ownerDocument.defaultView ?? globalThis
  const { offsetWidth, offsetHeight } = popover
  const { top, bottom, left, right } = anchor.getBoundingClientRect()
  const isRightToLeft = getComputedStyle(anchor).direction === 'rtl'
  const above = top - offsetHeight - GAP
  const y = above >= GAP ? above : Math.min(bottom, innerHeight - offsetHeight) + GAP
  const x = Math.min(isRightToLeft ? right - offsetWidth : left, innerWidth - offsetWidth - GAP)
  popover.style.inset = `${Math.max(GAP, y)}px auto auto ${Math.max(GAP, x)}px`
}
