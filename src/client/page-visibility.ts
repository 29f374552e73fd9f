/** The time that a page is hidden before its connections are closed. Readers who come back sooner find them open. */
const HIDDEN_MILLISECONDS = 30_000

/** Calls `changed` with `true` when the page has been hidden for a while, with `false` when it is shown, until the signal aborts. */
export const watchPageVisibility = (signal: AbortSignal, changed: (isHidden: boolean) => void): void => {
  const page = globalThis.document
  let timer: ReturnType<typeof setTimeout> | undefined
  const update = () => {
    clearTimeout(timer)
    if (page.hidden) timer = setTimeout(() => changed(true), HIDDEN_MILLISECONDS)
    else changed(false)
  }
  if (!page) return
  page.addEventListener('visibilitychange', update, { signal })
  update()
}
