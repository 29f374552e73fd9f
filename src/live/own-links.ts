import type { ChatFile, ServerFrame } from '../contract'

// Listeners reach the API at different URLs, such as localhost and an address of the network. Each gets the links of files at its own.

const filesOf = (frame: ServerFrame): ChatFile[] => {
  if (frame.type === 'message') return frame.files
  return frame.type === 'held' ? (frame.held?.files ?? []) : []
}

const atUrl = (files: ChatFile[], apiUrl: string): ChatFile[] =>
  files.map((file) => ({ ...file, url: apiUrl + file.url.slice(file.url.indexOf(`file/${file.id}/`)) }))

const withLinks = (frame: ServerFrame, apiUrl: string): ServerFrame => {
  if (frame.type === 'message') return { ...frame, files: atUrl(frame.files, apiUrl) }
  if (frame.type === 'held' && frame.held)
    return { ...frame, held: { ...frame.held, files: atUrl(frame.held.files, apiUrl) } }
  return frame
}

/** Writes a frame for a listener that reaches the API at a URL. */
export type WriteFor = (apiUrl: string) => string

/** Returns how a frame is written for listeners at different URLs; undefined if it is the same for all. */
export const writerOf = (frame: ServerFrame): WriteFor | undefined =>
  filesOf(frame).length === 0 ? undefined : (apiUrl) => JSON.stringify(withLinks(frame, apiUrl))

/** Returns the text of a frame for one listener. */
export const textFor = (frame: ServerFrame, apiUrl: string | undefined): string =>
  (apiUrl !== undefined && writerOf(frame)?.(apiUrl)) || JSON.stringify(frame)
