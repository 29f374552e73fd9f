/** How long a page may be hidden until it rests: one who looks elsewhere for a moment comes back to a live page. */
const REST_MILLISECONDS = 30_000

/** Says when the page has been hidden for a while, and when it is looked at again; gives what ends that. */
export const watchPageVisibility = (rest: (isResting: boolean) => void): (() => void) => {
  const page = globalThis.document
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = () => {
    clearTimeout(timer)
    if (page.visibilityState === 'hidden') timer = setTimeout(() => rest(true), REST_MILLISECONDS)
    else rest(false)
  }
  page?.addEventListener('visibilitychange', look)
  if (page?.visibilityState === 'hidden') look()
  return () => {
    clearTimeout(timer)
    page?.removeEventListener('visibilitychange', look)
  }
}
