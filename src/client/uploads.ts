import type { HeldAnswer, Message, NewMessageBody } from '../contract/index.ts'
import type { ParlourError, refusal } from './error.ts'
import type { OutgoingMessage } from './outbox.ts'
import type { RequestOptions, Session } from './session.ts'
import type { SendingFile, SendOptions } from './types.ts'
import { keepBytes, keptBytes, removeBytes, removeOrphans } from './upload-storage.ts'

/** An upload that makes no progress for this long is tried again. */
const STALL_MILLISECONDS = 30_000

type UploadedFile = Message['files'][number]

/** A file while it is on its way. The stored fields say which upload it was. */
type Uploading = { -readonly [Key in keyof SendingFile]: SendingFile[Key] } & {
  uploaded?: { id: string; at: number; under: string }
}

const filesOf = ({ unsent }: OutgoingMessage) => (unsent.files ?? []) as Uploading[]

void removeOrphans()

const keeping = new WeakMap<object, Promise<void>>()

/** Stores the bytes of a new file, or reads those that an earlier page has stored. Rejects for a file that can't be read any more. */
const keepFile = (file: Uploading): Promise<void> => {
  const kept =
    keeping.get(file) ??
    keepOrRead(file).catch((problem) => {
      // A file on a stick may be back at the next try.
      keeping.delete(file)
      throw problem
    })
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
  if (signal?.aborted) discard()
  signal?.addEventListener('abort', discard)
  if (!discarded.aborted) await Promise.allSettled(filesOf(message).map(keepFile))
  // Not before all are stored, or some would be stored after it.
  if (discarded.aborted) return forget(message)
  discarded.addEventListener('abort', () => forget(message))
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
  /** Tells whether the user who wrote the message still acts. */
  isWanted: () => boolean
  /** Stores the message, and tells of a change. */
  save: () => void
  /** Tells of a change. */
  changed: () => void
  /** Sends the message with these files. Resolves to undefined if it wasn't answered. */
  post: (files: NewMessageBody['files']) => Promise<Message | HeldAnswer | undefined>
}

/** Uploads the files of a message that aren't uploaded yet, one after another. Returns them as the message names them. */
const upload = async (
  message: OutgoingMessage,
  { session, refusal, isWanted, save, changed }: UploadContext,
  isKnown: (file: Uploading) => boolean,
): Promise<NewMessageBody['files']> => {
  const { key, discarded, unsent } = message
  const files = filesOf(message)
  const report = (file: Uploading, progress: number) => {
    file.progress = progress
    listeners.get(message)?.(shareOf(files))
    changed()
  }
  for (const [index, file] of files.entries()) {
    const { uploaded, name = '' } = file
    if (isKnown(file)) continue
    discarded.signal.throwIfAborted()
    await keepFile(file).catch(() => {
      throw refusal(410, 'file-lost', `The file "${name}" can't be read any more. Choose it again.`)
    })
    const bytes = file.file
    if (!(bytes instanceof Blob))
      throw refusal(410, 'file-lost', `The browser has not kept the file "${name}". Choose it again.`)
    if (!isWanted()) return undefined
    const stored = await session.request<UploadedFile>(
      'POST',
      `/chatroom/${encodeURIComponent(unsent.room)}/file`,
      undefined,
      {
        query: { name: name || 'file' },
        isNamed: true,
        // An upload that has ended long ago is removed, so its key is used no more.
        headers: {
          'Idempotency-Key': `${key}-${index}${uploaded ? `-${uploaded.at}` : ''}`,
          'Content-Type': file.type || 'application/octet-stream',
        },
        signal: discarded.signal,
        send: sending(bytes, (count) => report(file, count / Math.max(count, bytes.size))),
      },
    )
    report(file, 1)
    file.uploaded = { id: stored.id, at: Date.now(), under: key }
    save()
  }
  return files.map(({ uploaded, description }) => ({
    id: uploaded?.id ?? '',
    ...(description && { description }),
  }))
}

/**
 * Sends a message with its files. The server removes uploads that no message names after a day. Nevertheless they are named first, however
 * old they are: the message may be stored already, and then it has them. If the server doesn't have them, they are uploaded again.
 */
export const deliver = async (
  message: OutgoingMessage,
  context: UploadContext,
): Promise<Message | HeldAnswer | undefined> => {
  message.done.then(
    () => forget(message),
    () => {},
  )
  const begin = Date.now()
  // An upload of another user is of no use.
  const isOwn = ({ uploaded }: Uploading) => uploaded?.under === message.key
  const isOld = (file: Uploading) => isOwn(file) && (file.uploaded?.at ?? 0) < begin
  const hasOld = filesOf(message).some(isOld)
  const files = await upload(message, context, isOwn)
  try {
    return await context.post(files)
  } catch (problem) {
    if (!hasOld || !/file-not-found$/.test((problem as Partial<ParlourError>).type ?? '')) throw problem
    return context.post(await upload(message, context, (file) => isOwn(file) && !isOld(file)))
  }
}
