import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { downloadLink, pathOf } from './download.ts'
import { nameInFolder } from './named.ts'
import type { Server } from './request.ts'

/** The folder with the files, beside the pages of an archive. */
const FOLDER = 'files'
/** A browser would run scripts in them. */
const active = /\.(x?html?|xht|shtml|svgz?|xml|xslt?|mhtml?)$/
/** The name of a file in the folder. Other files in it are not of an archive. */
const nameShape = /^[\w-]{22}(\.[a-z0-9]{1,10}){0,2}$/

/** Matches what an archive shows of a file. A message can't write such a paragraph: its text is escaped. */
const paragraph = /<p class="file">.*?<\/p>/gs
const link = /(href|src)="([^"]*\/file\/[\w-]{22}\/[^"]*)"/g

/** The files of an archive that is saved. */
export class ArchivedFiles {
  readonly #server: Server
  readonly #directory: string
  readonly #names = new Set<string>()
  /** The number of files that the server does not have any more. */
  missing = 0

  constructor(server: Server, directory: string) {
    this.#server = server
    this.#directory = directory
  }

  get count(): number {
    return this.#names.size
  }

  /** Downloads the file of a link, and returns the link of the copy. */
  async #save(url: string): Promise<string> {
    const path = pathOf(url)
    const [id = '', name = ''] = path.replace(/\?.*/, '').split('/').slice(2)
    const kept = nameInFolder({ id, name: decodeURIComponent(name) }).replace(active, '$&.txt')
    if (!this.#names.has(kept)) {
      this.#names.add(kept)
      await mkdir(join(this.#directory, FOLDER), { recursive: true })
      if (!(await downloadLink(this.#server, path, join(this.#directory, FOLDER, kept)))) this.missing++
    }
    return `${FOLDER}/${kept}`
  }

  /** Downloads the files of a page that aren't there yet. Returns the page with links to them. */
  async save(html: string): Promise<string> {
    const copies = new Map<string, string>()
    for (const [shown] of html.matchAll(paragraph))
      for (const [, , url = ''] of shown.matchAll(link))
        if (!copies.has(url)) copies.set(url, await this.#save(url.replaceAll('&amp;', '&')))
    return html.replaceAll(paragraph, (shown) =>
      shown.replaceAll(link, (_, attribute, url) => `${attribute}="${copies.get(url)}"`),
    )
  }

  /** Removes files of an earlier run whose messages are gone. */
  async removeOthers(): Promise<void> {
    const folder = join(this.#directory, FOLDER)
    const names = await readdir(folder).catch(() => [])
    for (const name of names) if (nameShape.test(name) && !this.#names.has(name)) await rm(join(folder, name))
  }
}
