/** A page's storage for the bytes of files that are not sent yet. Storage for texts can't hold them. */
const STORE = 'files'

const open = (): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open('parlour', 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** Does something with the stored bytes. Resolves to `undefined` where the browser has no storage for them, or forbids it. */
const inStore = async <Result>(
  act: (store: IDBObjectStore) => IDBRequest<Result> | undefined,
): Promise<Result | undefined> => {
  try {
    const database = await open()
    const transaction = database.transaction(STORE, 'readwrite')
    const request = act(transaction.objectStore(STORE))
    return (await new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request?.result)
      transaction.onabort = () => reject(transaction.error)
    }).finally(() => database.close())) as Result | undefined
  } catch {
    return undefined
  }
}

export const keepBytes = async (key: string, blob: Blob): Promise<void> => {
  // Not every browser stores a `Blob` in a private window.
  const bytes = await blob.arrayBuffer()
  await inStore((store) => store.put(bytes, key))
}

/** Returns the bytes that were kept, as a `Blob` of this type. */
export const keptBytes = async (key: string, type: string): Promise<Blob | undefined> => {
  const bytes = await inStore<ArrayBuffer | undefined>((store) => store.get(key))
  return bytes && new Blob([bytes], { type })
}

export const removeBytes = async (keys: readonly string[]): Promise<void> => {
  await inStore((store) => {
    for (const key of keys) store.delete(key)
    return undefined
  })
}

/** The records of all messages that are not sent yet begin so. */
const RECORDS = 'parlour unsent '
/** Another tab's record of a message may become visible here a moment after its bytes. */
const SETTLE_MILLISECONDS = 3000

/** Removes bytes that belong to no message: a page may have been closed after its message was removed. */
export const removeOrphans = async (): Promise<void> => {
  try {
    const keys = await inStore((store) => store.getAllKeys())
    if (!keys?.length) return
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MILLISECONDS))
    const records = Object.keys(localStorage)
      .filter((key) => key.startsWith(RECORDS))
      .map((key) => localStorage.getItem(key))
      .join()
    await removeBytes(keys.map(String).filter((key) => !records.includes(key)))
  } catch {
    // There is no storage, so nothing is kept.
  }
}
