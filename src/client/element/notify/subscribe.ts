/** A part of `trustedTypes`, which TypeScript does not know yet. */
type TrustedTypes = {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): {
    createScriptURL(url: string): string
  }
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined

/** Returns the URL of the site's own worker as a page takes it whose policy demands Trusted Types. */
const trusted = (url: string): string => {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  policy ??= trustedTypes?.createPolicy('parlour', { createScriptURL: (given) => given })
  return policy?.createScriptURL(url) ?? url
}

/** Returns the scope of the worker: a path that no page has, so that the site may have another worker for its pages. */
export const scopeOf = (worker: string): string => worker.replace(/(\.\w+)?(\?.*)?$/, '/')

/** Registers the worker, and waits until it is active: without that, a browser refuses to subscribe. */
const register = async (worker: string): Promise<ServiceWorkerRegistration> => {
  const { serviceWorker } = navigator
  const registration = await serviceWorker.register(trusted(worker), { scope: scopeOf(worker) })
  const coming = registration.installing ?? registration.waiting
  if (registration.active || !coming) return registration
  await new Promise<void>((resolve, reject) => {
    coming.addEventListener('statechange', () => {
      if (coming.state === 'activated') resolve()
      if (coming.state === 'redundant') reject(new Error('the worker was not installed'))
    })
  })
  return registration
}

/** Returns what this browser has subscribed with. */
export const findSubscription = async (worker: string): Promise<PushSubscription | null> => {
  const registration = await navigator.serviceWorker.getRegistration(scopeOf(worker))
  return registration?.scope === scopeOf(worker) ? registration.pushManager.getSubscription() : null
}

const bytesOf = (key: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))

/** Subscribes this browser with the key of a server. A subscription with another key is replaced. */
export const subscribe = async (worker: string, key: string): Promise<PushSubscription> => {
  const { pushManager } = await register(worker)
  const options = { userVisibleOnly: true, applicationServerKey: bytesOf(key) }
  try {
    return await pushManager.subscribe(options)
  } catch (problem) {
    const before = await pushManager.getSubscription()
    if (!before) throw problem
    await before.unsubscribe()
    return pushManager.subscribe(options)
  }
}
