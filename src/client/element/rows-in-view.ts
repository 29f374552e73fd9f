/** The log rests when no row has come into view or left it for this time. */
const REST_MILLISECONDS = 100

type RowsInView = {
  /** The numbers of the messages that were in view or near it when the log rested last. */
  seqs: ReadonlySet<number>
}

const watched = new WeakMap<Element, RowsInView>()

const watch = (log: Element, rested: () => void): RowsInView => {
  const found: RowsInView = { seqs: new Set() }
  const cells = new Set<Element>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const places = new IntersectionObserver(
    (changes) => {
      for (const { target, isIntersecting } of changes)
        if (isIntersecting) cells.add(target)
        else cells.delete(target)
      clearTimeout(timer)
      timer = setTimeout(() => {
        const rows = [...cells].map((cell) => cell.querySelector<HTMLElement>('[data-key]'))
        found.seqs = new Set(rows.map((row) => Number(row?.dataset.key)))
        rested()
      }, REST_MILLISECONDS)
    },
    // One height of the log above and below.
    { root: log, rootMargin: '100%' },
  )
  const rows = log.firstElementChild
  for (const cell of rows?.children ?? []) places.observe(cell)
  const list = new MutationObserver((changes) => {
    for (const { addedNodes, removedNodes } of changes) {
      for (const cell of removedNodes as NodeListOf<Element>) {
        places.unobserve(cell)
        cells.delete(cell)
      }
      for (const cell of addedNodes as NodeListOf<Element>) places.observe(cell)
    }
  })
  if (rows) list.observe(rows, { childList: true })
  return found
}

/**
 * Returns which messages of a log are in view. It stays the same while the log scrolls, and `rested` is called when it may have changed.
 */
export const rowsInView = (log: Element, rested: () => void): RowsInView => {
  const found = watched.get(log) ?? watch(log, rested)
  watched.set(log, found)
  return found
}
