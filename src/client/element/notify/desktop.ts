/** The content of a notification. A later one of the same `tag` replaces it. */
export type DesktopNotification = {
  title: string
  body: string
  tag: string
  lang: string
  clicked: () => void
}

/** The longest text of a notification. Systems cut it sooner. */
const MAX_LENGTH = 300

/**
 * Returns whether the page may show notifications: `unsupported` where it never can, as in a page that isn't secure, or in a frame of
 * another site.
 */
export const desktopPermission = (): NotificationPermission | 'unsupported' => {
  if (typeof Notification === 'undefined' || !isSecureContext) return 'unsupported'
  return Notification.permission
}

/** Shows a notification. Returns a function that closes it. The reader chooses the sound apart from it. */
export const showDesktop = ({ title, body, tag, lang, clicked }: DesktopNotification): (() => void) => {
  const options = { body: body.slice(0, MAX_LENGTH), tag, lang, renotify: true, silent: true }
  try {
    const notification = new Notification(title, options)
    notification.onclick = () => {
      notification.close()
      clicked()
    }
    return () => notification.close()
  } catch {
    // Chrome on Android shows notifications of a service worker only.
    return () => {}
  }
}
