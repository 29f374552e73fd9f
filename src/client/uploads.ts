import type { Message } from '../contract/index.ts'
import type { refusal } from './error.ts'
import type { OutgoingMessage } from './outbox.ts'
import type { RequestOptions, Session } from './session.ts'
import type { SendingFile, SendOptions } from './types.ts'
import { keepBytes, keptBytes, removeBytes } from './upload-storage.ts'

/** An upload that makes no progress for this long is tried again. */
const STALL_MILLISECONDS = 30_000
/** The server removes an upload that no message names after a day. Before that, it is uploaded again. */
const UPLOAD_MILLISECONDS = 20 * 3600_000

type UploadedFile = Message['files'][number]

/** A file while it is on its way. The stored fields say which upload it was. */
type Uploading = { -readonly [Key in keyof SendingFile]: SendingFile[Key] } & {
  uploaded?: { id: string; at: number; under: string }
}

const filesOf = ({ unsent }: OutgoingMessage) => (unsent.files ?? []) as Uploading[]

const keeping = new WeakMap<object, Promise<void>>()

/** Stores the bytes of a new file, or reads those that an earlier page has stored. */
const keepFile = (file: Uploading): Promise<void> => {
  const kept = keeping.get(file) ?? keepOrRead(file)
  keeping.set(file, kept)
  return kept
}

/** Returns the share of the bytes of all files that has gone. */
const shareOf = (files: readonly SendingFile[]): number => {
  const sum = (count: (file: SendingFile) => number) => files.reduce((total, file) => total + count(file), 0)
  return (
    sum(({ bytes, progress }) => bytes * progress) /
    Math.max(
      1,
      sum(({ bytes }) => bytes),
    )
  )
}

const keepOrRead = async (file: Uploading): Promise<void> => {
  if (file.file instanceof Blob) return keepBytes(file.key, file.file)
  file.file = await keptBytes(file.key, file.type)
}

/** Removes what is kept of a message that is sent or discarded. */
const forget = (message: OutgoingMessage): Promise<void> =>
  removeBytes(filesOf(message).map(({ key }) => key))

const listeners = new WeakMap<OutgoingMessage, SendOptions['onProgress']>()

/**
 * Keeps the bytes of a message's files beyond the page. Where the browser has no room for them, they last as long as the page. Follows the
 * options that the message was sent with.
 */
export const keep = async (
  message: OutgoingMessage,
  { onProgress, signal }: SendOptions = {},
): Promise<void> => {
  listeners.set(message, onProgress)
  const discard = () => message.discard()
  const discarded = message.discarded.signal
  discarded.addEventListener('abort', () => forget(message))
  if (signal?.aborted) discard()
  signal?.addEventListener('abort', discard)
  await Promise.all(filesOf(message).map(keepFile))
}

/** Returns a function like `fetch` that sends bytes and tells how many of them have gone. */
const sending =
  (bytes: Blob, progress: (count: number) => void): Required<RequestOptions>['send'] =>
  (url, { method = 'POST', headers, signal }) => {
    if (!globalThis.XMLHttpRequest)
      return fetch(url, { method, headers: headers ?? {}, body: bytes, signal: signal ?? null })
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      let timer: ReturnType<typeof setTimeout> | undefined
      const stop = () => request.abort()
      const isAlive = () => {
        clearTimeout(timer)
        timer = setTimeout(stop, STALL_MILLISECONDS)
      }
      request.open(method, url)
      for (const [name, value] of new Headers(headers)) request.setRequestHeader(name, value)
      request.upload.onprogress = ({ loaded }) => {
        isAlive()
        progress(loaded)
      }
      request.onload = () => {
        const lines = request.getAllResponseHeaders().trim().split('\r\n')
        const response = new Response(request.responseText, {
          status: request.status,
          headers: lines.map((line) => [line.replace(/:.*/, ''), line.replace(/^[^:]*:\s*/, '')]),
        })
        resolve(Object.defineProperty(response, 'url', { value: request.responseURL }))
      }
      request.onerror = request.onabort = () =>
        reject(signal?.aborted ? signal.reason : new TypeError('The upload was interrupted.'))
      request.onloadend = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', stop)
      }
      signal?.addEventListener('abort', stop)
      isAlive()
      request.send(bytes)
      if (signal?.aborted) stop()
    })
  }

export type UploadContext = {
  session: Session
  /** Makes an error of the client's own class. */
  refusal: typeof refusal
  /** Of the room, such as `/chatroom/lobby`. */
  path: string
  /** Stores the message, and tells of a change. */
  save: () => void
  /** Tells of a change. */
  changed: () => void
}

/** Uploads the files of a message that aren't uploaded yet, one after another. Returns them as the message names them. */
export const upload = async (
  message: OutgoingMessage,
  { session, refusal, path, save, changed }: UploadContext,
): Promise<{ id: string; description?: string }[]> => {
  const { key, discarded, done } = message
  done.then(
    () => forget(message),
    () => {},
  )
  const files = filesOf(message)
  const report = (file: Uploading, progress: number) => {
    file.progress = progress
    listeners.get(message)?.(shareOf(files))
    changed()
  }
  for (const [index, file] of files.entries()) {
    const { uploaded } = file
    // An upload of another user is of no use.
    if (uploaded?.under === key && Date.now() - uploaded.at < UPLOAD_MILLISECONDS) continue
    await keepFile(file)
    const bytes = file.file
    if (!(bytes instanceof Blob))
      throw refusal(410, 'file-lost', `The browser has not kept the file "${file.name}". Choose it again.`)
    const stored = await session.request<UploadedFile>('POST', `${path}/file`, undefined, {
      query: { name: file.name || 'file' },
      isNamed: true,
      // An upload that has ended long ago is removed, so its key is used no more.
      headers: {
        'Idempotency-Key': `${key}-${index}${uploaded ? `-${uploaded.at}` : ''}`,
        'Content-Type': file.type || 'application/octet-stream',
      },
      signal: discarded.signal,
      send: sending(bytes, (count) => report(file, count / Math.max(count, bytes.size))),
    })
    report(file, 1)
    file.uploaded = { id: stored.id, at: Date.now(), under: key }
    save()
  }
  return files.map(({ uploaded, description }) => ({
    id: uploaded?.id ?? '',
    ...(description && { description }),
  }))
}
