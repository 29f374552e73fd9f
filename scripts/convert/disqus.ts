import { roomName } from '../../src/client/element/room-name.ts'
import { nameKey } from '../../src/lib/name-key.ts'
import { Stop } from '../command.ts'
import type { Archive, Room } from './archive.ts'
import { type DisqusRecord, readDisqus } from './disqus-xml.ts'
import { htmlText } from './html-text.ts'
import { shortText } from './text.ts'

type Post = {
  id: string
  thread: string
  parent: string | undefined
  author: string
  html: string
  at: number
  isRemoved: boolean
}
type Thread = { id: string; texts: ReadonlyMap<string, string> }

/** Returns the milliseconds of a time, which is in UTC even where it doesn't say so. */
const timeOf = (text: string): number => Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)

/** Returns the key of an author, and tells the archive of it. A guest is known by the name alone. */
const authorOf = ({ texts }: DisqusRecord, archive: Archive): string => {
  const userName = texts.get('author/username')?.trim()
  const name = texts.get('author/name')?.trim() ?? ''
  const key = userName ? `user ${userName}` : `guest ${name.toLowerCase()}`
  archive.know(key, { names: [name, userName ?? '', 'Guest'] })
  return key
}

const postOf = (record: DisqusRecord, path: string, archive: Archive): Post => {
  const { id, line, texts, ids } = record
  const at = timeOf(texts.get('createdAt')?.trim() ?? '')
  if (Number.isNaN(at)) throw new Stop(`${path}: line ${line}: the post ${id} has no valid <createdAt>.`)
  const isTrue = (field: string) => texts.get(field)?.trim() === 'true'
  return {
    id,
    thread: ids.get('thread') ?? '',
    parent: ids.get('parent'),
    author: authorOf(record, archive),
    html: texts.get('message') ?? '',
    at,
    isRemoved: isTrue('isDeleted') || isTrue('isSpam') || texts.get('isApproved')?.trim() === 'false',
  }
}

/** Returns the path of a thread's page, if it has one: that of its link, or of an identifier that is an address. */
const pathOf = ({ texts }: Thread): string | undefined => {
  for (const address of [texts.get('link')?.trim(), texts.get('id')?.trim()]) {
    if (!address) continue
    const url = /^\//.test(address) ? URL.parse(address, 'http://localhost') : URL.parse(address)
    if (url && /^https?:$/.test(url.protocol)) return url.pathname
  }
  return undefined
}

/** Returns the room of a thread: the one that the element opens on the thread's page. */
const roomOf = (thread: Thread, archive: Archive): Room => {
  const { id, texts } = thread
  const path = pathOf(thread)
  const page = path === undefined ? undefined : roomName(path)
  const title = shortText(texts.get('title') ?? '')
  const createdAt = timeOf(texts.get('createdAt')?.trim() ?? '')
  return archive.room(
    page === undefined ? `thread ${id}` : nameKey(page),
    page === undefined ? [texts.get('id') ?? '', title ?? '', `thread-${id}`] : [page],
    {
      createdAt: Number.isNaN(createdAt) ? undefined : createdAt,
      archived: texts.get('isClosed')?.trim() === 'true',
      ...(title !== undefined && { title }),
    },
  )
}

/** Returns the posts by their time, each behind the one that it answers, whatever their times say. */
const inOrder = (posts: ReadonlyMap<string, Post>): Post[] => {
  const placed = new Set<Post>()
  for (const post of [...posts.values()].toSorted((one, other) => one.at - other.at)) {
    const chain: Post[] = []
    for (
      let each: Post | undefined = post;
      each && !placed.has(each) && !chain.includes(each);
      each = each.parent === undefined ? undefined : posts.get(each.parent)
    )
      chain.push(each)
    for (const each of chain.reverse()) placed.add(each)
  }
  return [...placed]
}

/** Returns the posts that are kept: those that are not removed, and those that these answer, of which a tombstone stays. */
const kept = (posts: ReadonlyMap<string, Post>): Set<Post> => {
  const result = new Set<Post>()
  for (const post of posts.values())
    for (
      let each: Post | undefined = post.isRemoved ? undefined : post;
      each && !result.has(each);
      each = each.parent === undefined ? undefined : posts.get(each.parent)
    )
      result.add(each)
  return result
}

/** Converts an export of Disqus. https://help.disqus.com/en/articles/1717164-comments-export */
export const convertDisqus = async ([path = '']: string[], archive: Archive): Promise<void> => {
  const { losses } = archive
  const threads = new Map<string, Thread>()
  const posts = new Map<string, Post>()
  await readDisqus(path, (record) => {
    if (record.kind === 'thread') threads.set(record.id, record)
    else {
      if (posts.has(record.id)) losses.add('duplicate')
      posts.set(record.id, postOf(record, path, archive))
    }
  })

  const isKept = kept(posts)
  for (const post of inOrder(posts)) {
    const thread = threads.get(post.thread)
    if (!isKept.has(post)) losses.add('deleted')
    else if (!thread) losses.add('thread')
    else {
      const nameOf = (userName: string) =>
        archive.knows(`user ${userName}`) ? archive.use(`user ${userName}`, post.at).name : undefined
      roomOf(thread, archive).add({
        key: post.id,
        author: post.author,
        text: post.isRemoved ? null : htmlText(post.html, nameOf),
        at: post.at,
        replyTo: post.parent,
      })
    }
  }
}
