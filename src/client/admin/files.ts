import { html } from 'lit'
import type { BlockedFile, FileUsage, SiteFile } from '../../contract/index.ts'
import { emptyNote, filesView, personLink, roomLink, sizeOf, timeOf } from './parts.ts'
import type { SiteApi } from './site-api.ts'
import { type Actions, cards, type OpenedView, openList } from './view.ts'

const space = ({ count, bytes }: { count: number; bytes: number }) =>
  `${sizeOf(bytes)} in ${count} ${count === 1 ? 'file' : 'files'}`

const usageView = ({ chatrooms, people, more, ...all }: FileUsage) => html`<p>
    The files of messages take ${space(all)}${more ? ', of those that were counted' : ''}.
  </p>
  <h2 class="section">Rooms</h2>
  <ul class="rows">${chatrooms.map(
    ({ chatroom, ...own }) =>
      html`<li class="row">${chatroom === null ? html`<em>a deleted room</em>` : roomLink(chatroom)} <span class="by">${space(own)}</span></li>`,
  )}</ul>
  <h2 class="section">People</h2>
  <ul class="rows">${people.map(
    ({ userId, userName, ...own }) =>
      html`<li class="row">${personLink(userId, userName)} <span class="by">${space(own)}</span></li>`,
  )}</ul>`

/** Opens the newest files of all rooms, which keys delete and block, and how much space files take. */
export const openFiles = (api: SiteApi): OpenedView => {
  let files: SiteFile[] = []
  let usage: FileUsage | undefined

  const elements = () => [...document.querySelectorAll<HTMLElement>('[data-item]')]
  /** Returns the place of the file that has the focus, or -1. */
  const current = () => elements().findIndex((element) => element.contains(document.activeElement))

  /** Deletes the message of a file, and with `isBlocked` keeps the file from being uploaded again. */
  const remove = async ({ chatroom, seq, hash, name }: SiteFile, actions: Actions, isBlocked: boolean) => {
    const at = current()
    const isDone = await actions.act(
      async () => {
        if (isBlocked) await api.blockFile(hash, name)
        await api.removeMessage(chatroom, seq)
      },
      `Message ${seq} of ${chatroom} is deleted${isBlocked ? `, and nobody can upload ${name} again` : ''}.`,
    )
    if (isDone) (elements()[Math.min(at, elements().length - 1)] ?? document.getElementById('view'))?.focus()
  }

  const card = (file: SiteFile, actions: Actions) => html`<li>
    <article class="item" tabindex="0" data-item=${file.id} aria-labelledby="file-${file.id}">
      <p class="by" id="file-${file.id}">
        ${personLink(file.userId, file.userName)} in ${roomLink(file.chatroom)}, no. ${file.seq} · ${timeOf(file.createdAt)}
        ${file.isBlocked ? html`<span class="badge">blocked</span>` : ''}
      </p>
      ${filesView([file])}
      <div class="actions">
        <button class="danger" aria-keyshortcuts="d" @click=${() => remove(file, actions, false)}>Delete the message <kbd>d</kbd></button>
        <button class="danger" aria-keyshortcuts="b" @click=${() => remove(file, actions, true)}>Delete, and block the file <kbd>b</kbd></button>
      </div>
    </article>
  </li>`

  const list = openList<SiteFile, Actions>(
    (url) => api.files(url),
    (items, actions) => {
      files = items
      return items.length === 0
        ? emptyNote('No message has a file.')
        : cards(
            items,
            ({ id }) => id,
            (file) => card(file, actions),
          )
    },
  )

  return {
    title: 'Files',
    async load() {
      await list.load()
      if (usage) usage = await api.fileUsage()
    },
    get more() {
      return list.more
    },
    key(pressed, actions) {
      const at = current()
      const step = ['j', 'ArrowDown'].includes(pressed) ? 1 : ['k', 'ArrowUp'].includes(pressed) ? -1 : 0
      const file = files[at]
      if (step) elements()[Math.max(0, at + step)]?.focus()
      else if (file && (pressed === 'd' || pressed === 'b')) void remove(file, actions, pressed === 'b')
      else return false
      return true
    },
    show(actions) {
      const measure = () =>
        actions.run(async () => {
          usage = await api.fileUsage()
        })
      return html`<p class="lead">
          The newest files of all rooms. <kbd>j</kbd> and <kbd>k</kbd> move on and back.
          <a href="#files/blocked">Blocked files</a>
        </p>
        ${usage ? usageView(usage) : html`<div class="actions"><button @click=${measure}>Show how much space files take</button></div>`}
        ${list.show(actions)}`
    },
  }
}

/** Opens the list of files that nobody may upload. */
export const openBlockedFiles = (api: SiteApi): OpenedView => {
  const list = openList<BlockedFile, Actions>(
    (url) => api.blockedFiles(url),
    (files, actions) =>
      files.length === 0
        ? emptyNote('No file is blocked.')
        : cards(
            files,
            ({ hash }) => hash,
            ({ hash, name, createdAt }) => html`<li>
              <p><bdi class="name">${name}</bdi> <span class="by">· since ${timeOf(createdAt)}</span></p>
              <div class="actions">
                <button @click=${() => actions.act(() => api.unblockFile(hash), `${name} can be uploaded again.`)}>Unblock <bdi>${name}</bdi></button>
              </div>
            </li>`,
          ),
  )
  return Object.assign(list, { title: 'Blocked files' })
}
