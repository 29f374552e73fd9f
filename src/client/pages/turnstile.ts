/**
 * The page `/turnstile`, which the element shows in a frame: `<iframe src="{server}/turnstile?lang=de&theme=dark">`.
 * It tells its parent with `postMessage`:
 * - `{ type: 'parlour-turnstile', token: '…' }`: the visitor passed. Send the token as `turnstileToken`; it is good once.
 * - `{ type: 'parlour-turnstile', expired: true }`: the token is too old. The widget starts again by itself.
 * - `{ type: 'parlour-turnstile', error: '…' }`: the widget failed, or its script did not load.
 * - `{ type: 'parlour-turnstile', height: 65 }`: the height of the content in CSS pixels.
 * Post anything to the frame to reset the widget, after a token was used.
 */
type Turnstile = {
  render: (container: HTMLElement, options: Record<string, unknown>) => string
  reset: (widget: string) => void
}
/** The script of the widget sets it. */
declare const turnstile: Turnstile | undefined

const { siteKey = '', script: source = '' } = document.documentElement.dataset
const query = new URLSearchParams(location.search)
const theme = query.get('theme') ?? 'auto'
// A frame is transparent only in the colour scheme of the page around it.
if (theme !== 'auto') document.documentElement.style.colorScheme = theme

/** The width of the widget where it fills its container, at least. */
const FLEXIBLE_PIXELS = 300

// The policy of the page lets only allowed origins frame it.
const tell = (
  message: { token: string } | { expired: true } | { error: string } | { height: number },
): void => parent.postMessage({ type: 'parlour-turnstile', ...message }, '*')

const show = (): void => {
  const container = document.getElementById('widget')
  if (!container || typeof turnstile === 'undefined') {
    tell({ error: 'no-script' })
    return
  }
  const api = turnstile
  const widget = api.render(container, {
    sitekey: siteKey,
    theme,
    language: query.get('lang') ?? 'auto',
    size: innerWidth < FLEXIBLE_PIXELS ? 'compact' : 'flexible',
    callback: (token: string) => tell({ token }),
    'error-callback': (error: string) => {
      tell({ error })
      // The widget tries again by itself. Without this it also logs the error.
      return true
    },
    'unsupported-callback': () => tell({ error: 'unsupported' }),
    'timeout-callback': () => api.reset(widget),
    'expired-callback': () => {
      tell({ expired: true })
      api.reset(widget)
    },
  })
  addEventListener('message', ({ source }) => {
    if (source === parent) api.reset(widget)
  })
}

new ResizeObserver(() => tell({ height: document.documentElement.offsetHeight })).observe(
  document.documentElement,
)
const script = document.createElement('script')
script.src = `${source}?render=explicit`
script.addEventListener('load', show)
script.addEventListener('error', () => tell({ error: 'no-script' }))
document.head.append(script)
