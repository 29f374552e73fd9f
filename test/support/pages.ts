import { call } from './api'

const queries = { newest: '', old: '?before=3', forwards: '?after=0&limit=2' }
export type Which = keyof typeof queries

/** Pages of a room's history, of which the later two have the messages 1 and 2 at most. */
export const pages = Object.keys(queries) as Which[]

type Read = { tag: string; text: string }

/** The ETags of a room's pages, which is given by its path, and their bytes. */
export const readPages = async (room: string): Promise<Record<Which, Read>> => {
  const read = pages.map(async (page) => {
    const response = await call('GET', `${room}/message${queries[page]}`)
    return [page, { tag: response.headers.get('etag') ?? '', text: await response.text() }] as const
  })
  return Object.fromEntries(await Promise.all(read)) as Record<Which, Read>
}
