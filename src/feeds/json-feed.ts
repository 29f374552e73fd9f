import type { Feed, FeedEntry } from './feed'

const itemOf = ({ id, url, html, author, publishedAt, updatedAt, files }: FeedEntry) => ({
  id,
  url,
  content_html: html,
  date_published: publishedAt,
  date_modified: updatedAt,
  ...(author && {
    authors: [{ name: author.name, ...(author.avatar !== null && { avatar: author.avatar }) }],
  }),
  ...(files.length > 0 && {
    attachments: files.map(({ url, type, name, bytes }) => ({
      url,
      mime_type: type,
      title: name,
      size_in_bytes: bytes,
    })),
  }),
})

/** Returns a feed as a JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1). `self` is its own URL. */
export const jsonFeedOf = ({ title, description, home, entries }: Feed, self: string): string =>
  JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title,
    ...(description !== null && { description }),
    home_page_url: home,
    feed_url: self,
    items: entries.map(itemOf),
  })
