import { call } from './api'

const queries = { newest: '', old: '?before=3', forwards: '?after=0&limit=2' }
export type PageName = keyof typeof queries

/** Three pages of a room's history. The last two contain at most the messages 1 and 2. */
export const pages = Object.keys(queries) as PageName[]

type Read = { tag: string; text: string }

/** Reads the pages of a room, given by its path, and returns their ETags and bytes. */
export const readPages = async (room: string): Promise<Record<PageName, Read>> => {
  const read = pages.map(async (page) => {
    const response = await call('GET', `${room}/message${queries[page]}`)
    return [page, { tag: response.headers.get('etag') ?? '', text: await response.text() }] as const
  })
  return Object.fromEntries(await Promise.all(read)) as Record<PageName, Read>
}
