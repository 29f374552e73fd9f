// The service worker for Web Push, which a site hosts: docs/push.md. It shows what the server pushes, and goes to the message at a click. It is a
// classic script, so that a site's own file may load it by `importScripts`.

type Pushed = { chatroom: string; seq: number; userName: string | null; message: string; url: string }
type Page = {
  url: string
  visibilityState: string
  focus(): Promise<Page>
  postMessage(message: unknown): void
}
type WorkerEvent = { waitUntil(work: Promise<unknown>): void }
type Worker = {
  registration: {
    scope: string
    showNotification(title: string, options: NotificationOptions & { renotify: boolean }): Promise<void>
  }
  clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: true }): Promise<Page[]>
    openWindow(url: string): Promise<unknown>
  }
  addEventListener(type: 'push', listener: (event: WorkerEvent & { data: { json(): Pushed } }) => void): void
  addEventListener(
    type: 'notificationclick',
    listener: (event: WorkerEvent & { notification: Notification }) => void,
  ): void
}

const worker = globalThis as unknown as Worker
const { registration, clients } = worker

/** Returns the windows of the site that show the page of an address. */
const windowsAt = async (address: string): Promise<Page[]> => {
  const pageOf = (url: string) => url.split('#')[0]
  const all = await clients.matchAll({ type: 'window', includeUncontrolled: true })
  return all.filter(({ url }) => pageOf(url) === pageOf(address))
}

const show = async ({ chatroom, seq, userName, message, url }: Pushed): Promise<void> => {
  // The tag has noted the page of each room that was open in this browser.
  const noted = await caches.match(registration.scope + encodeURIComponent(chatroom))
  const address = noted ? (await noted.text()) + seq : url
  const isSeen = (await windowsAt(address)).some(({ visibilityState }) => visibilityState === 'visible')
  if (isSeen) return
  const options = { body: message, tag: `parlour ${chatroom}`, renotify: true, data: address }
  await registration.showNotification(userName ?? chatroom, options)
}

/** Goes to a message, in a window that shows its page, or in a new one. */
const open = async (address: string): Promise<void> => {
  const [page] = await windowsAt(address)
  const focused = await page?.focus().catch(() => undefined)
  if (focused) focused.postMessage({ parlour: address })
  else await clients.openWindow(address)
}

worker.addEventListener('push', (event) => event.waitUntil(show(event.data.json())))
worker.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(String(event.notification.data)))
})

export {}
