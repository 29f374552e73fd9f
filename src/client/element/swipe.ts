/** A finger that has moved less may still do anything: tap, scroll or swipe. */
const SLOP = 10
/** A message that is swiped this far is replied to when the finger leaves it. */
const FAR_ENOUGH = 56
/** A message follows the finger this far. */
const FARTHEST = 72

type Swipe = { row: HTMLElement; id: number; x: number; y: number; isSideways: boolean; distance: number }

const watched = new WeakSet<Element>()

/**
 * Calls `swiped` with the number of a message that was swiped towards the start of the line. Scrolling stays with the browser, which
 * takes a finger that moves up or down: `touch-action` in the style sheet. For a reader who wants less motion, messages don't move.
 */
export const watchSwipes = (log: HTMLElement | null, swiped: (seq: number) => void): void => {
  if (!log || watched.has(log)) return
  watched.add(log)
  let swipe: Swipe | undefined

  const end = (): void => {
    if (!swipe) return
    swipe.row.style.translate = ''
    delete swipe.row.dataset.swipe
    swipe = undefined
  }

  log.addEventListener('pointerdown', (event) => {
    end()
    const row = (event.target as Element).closest<HTMLElement>('[data-key]')
    if (!row || event.pointerType !== 'touch' || !event.isPrimary) return
    const { pointerId: id, clientX: x, clientY: y } = event
    swipe = { row, id, x, y, isSideways: false, distance: 0 }
  })

  log.addEventListener('pointermove', (event) => {
    if (!swipe || swipe.id !== event.pointerId) return
    const isRightToLeft = getComputedStyle(log).direction === 'rtl'
    const towardsStart = (event.clientX - swipe.x) * (isRightToLeft ? 1 : -1)
    const across = Math.abs(event.clientY - swipe.y)
    if (!swipe.isSideways) {
      if (across > SLOP || towardsStart < -SLOP) return end()
      if (towardsStart < SLOP) return
      swipe.isSideways = true
    }
    swipe.distance = Math.min(Math.max(0, towardsStart), FARTHEST)
    swipe.row.dataset.swipe = swipe.distance < FAR_ENOUGH ? 'begun' : 'done'
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches)
      swipe.row.style.translate = `${isRightToLeft ? '' : '-'}${swipe.distance}px`
  })

  log.addEventListener('pointerup', (event) => {
    if (!swipe || swipe.id !== event.pointerId) return
    const { row, distance } = swipe
    end()
    if (distance >= FAR_ENOUGH) swiped(Number(row.dataset.key))
  })
  log.addEventListener('pointercancel', end)
}
