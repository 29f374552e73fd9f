import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { Message, SiteReport } from '../../contract/index.ts'
import { banDialog } from './ban-dialog.ts'
import { emptyNote, messageView, nameOf, roomLink, timeOf } from './parts.ts'
import type { SiteApi } from './site-api.ts'
import type { Actions, OpenedView } from './view.ts'

type Item = { key: string; report: SiteReport }
type Command = { key: string; label: string; isBad?: boolean; run: (item: Item, actions: Actions) => unknown }

const itemOf = (report: SiteReport): Item => ({ key: `${report.chatroom}/${report.id}`, report })

/** Opens the inbox: the open reports of all rooms, the newest first. */
export const openInbox = (api: SiteApi): OpenedView => {
  let items: Item[] = []
  let next: string | null = null
  /** The item that keys act on. */
  let current: string | undefined
  /** The messages around the reported ones, by the keys of items. */
  const around = new Map<string, Message[]>()

  const elementOf = (key: string | undefined) =>
    document.querySelector<HTMLElement>(`[data-item="${CSS.escape(key ?? '')}"]`)

  const load = async () => {
    const page = await api.reports()
    items = page.items.map(itemOf)
    next = page.next
    if (!items.some(({ key }) => key === current)) current = items[0]?.key
    await lookAround()
  }

  /** Loads the messages around the current item, once. */
  const lookAround = async () => {
    const item = items.find(({ key }) => key === current)
    if (!item || around.has(item.key)) return
    const { chatroom, seq } = item.report
    around.set(item.key, await api.around(chatroom, seq).catch(() => []))
  }

  const choose = async (key: string | undefined, actions: Actions) => {
    if (key === undefined || key === current) return
    current = key
    await actions.run(lookAround)
  }

  /** Moves the focus by so many items. */
  const move = (by: number) => {
    const at = items.findIndex(({ key }) => key === current)
    elementOf(items[Math.min(Math.max(at + by, 0), items.length - 1)]?.key)?.focus()
  }

  /** Does something with an item, which is done with then, and moves on to the next one. */
  const settle = async (item: Item, actions: Actions, act: () => Promise<unknown>, done: string) => {
    const at = items.indexOf(item)
    const following = (items[at + 1] ?? items[at - 1])?.key
    const isDone = await actions.act(async () => {
      await act()
      await api.resolve(item.report, true)
      current = following
    }, done)
    if (isDone) (elementOf(current) ?? document.getElementById('view'))?.focus()
  }

  const commands: Command[] = [
    {
      key: 'x',
      label: 'Dismiss',
      run: (item, actions) => settle(item, actions, async () => undefined, 'The report is dismissed.'),
    },
    {
      key: 'd',
      label: 'Delete',
      isBad: true,
      run: (item, actions) => {
        const { chatroom, seq, message } = item.report
        const remove = async () => {
          if (message.message !== null) await api.removeMessage(chatroom, seq)
        }
        return settle(item, actions, remove, `Message ${seq} of ${chatroom} is deleted.`)
      },
    },
    {
      key: 'b',
      label: 'Ban …',
      isBad: true,
      run: async (item, actions) => {
        const { chatroom, seq, message } = item.report
        const terms = await banDialog(message.userName, chatroom, item.report.reason)
        if (!terms) return elementOf(item.key)?.focus()
        const ban = async () => {
          await api.banAuthor(chatroom, seq, terms)
          if (terms.deletes && message.message !== null) await api.removeMessage(chatroom, seq)
        }
        await settle(item, actions, ban, `${message.userName ?? 'The author'} is banned from ${chatroom}.`)
      },
    },
  ]

  const showItem = (item: Item, actions: Actions): TemplateResult => {
    const { report, key } = item
    const { id, chatroom, seq, userName, reason, createdAt, message } = report
    const others = key === current ? around.get(key) : undefined
    return html`<li>
      <article
        class="item ${key === current ? 'current' : ''}"
        tabindex="0"
        data-item=${key}
        aria-labelledby="about-${chatroom}-${id}"
        @focusin=${() => choose(key, actions)}
      >
        <p class="by" id="about-${chatroom}-${id}">
          ${nameOf(userName)} reported a message in ${roomLink(chatroom)} · ${timeOf(createdAt)}
        </p>
        <p class="reason">Reason: <q dir="auto">${reason}</q></p>
        ${
          others === undefined || others.length === 0
            ? html`<blockquote>${messageView(message, true)}</blockquote>`
            : html`<ol class="around" aria-label="The messages around it">
                ${others.map(
                  (other) =>
                    html`<li aria-current=${other.seq === seq ? 'true' : nothing}>${messageView(other, true)}</li>`,
                )}
              </ol>`
        }
        <div class="actions">
          ${commands.map(
            ({ key: shortcut, label, isBad, run }) => html`<button
              class=${isBad ? 'danger' : ''}
              aria-keyshortcuts=${shortcut}
              @click=${() => run(item, actions)}
            >${label} <kbd>${shortcut}</kbd></button>`,
          )}
        </div>
      </article>
    </li>`
  }

  return {
    title: 'Inbox',
    load,
    refresh: load,
    get more() {
      const url = next
      if (url === null) return undefined
      return async () => {
        const page = await api.reports(url)
        items = [...items, ...page.items.map(itemOf)]
        next = page.next
      }
    },
    key: (pressed, actions) => {
      if (pressed === 'j' || pressed === 'ArrowDown')
        move(elementOf(current) === document.activeElement ? 1 : 0)
      else if (pressed === 'k' || pressed === 'ArrowUp') move(-1)
      else {
        const item = items.find(({ key }) => key === current)
        const command = commands.find(({ key }) => key === pressed)
        if (!item || !command) return false
        command.run(item, actions)
      }
      return true
    },
    show: (actions) =>
      items.length === 0
        ? emptyNote('Nothing waits for you. New reports appear here by themselves.')
        : html`<p class="hint">
              Keys: <kbd>j</kbd> and <kbd>k</kbd> move on and back${commands.map(
                ({ key, label }) => html`, <kbd>${key}</kbd> ${label.replace(' …', '').toLowerCase()}`,
              )}.
            </p>
            <ul class="cards inbox">${repeat(
              items,
              ({ key }) => key,
              (item) => showItem(item, actions),
            )}</ul>`,
  }
}
