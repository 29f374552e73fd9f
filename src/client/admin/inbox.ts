import { html, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { Message } from '../../contract/index.ts'
import { banDialog } from './ban-dialog.ts'
import { contextOf, heldView, reportView } from './inbox-item.ts'
import { InboxList, type Item } from './inbox-list.ts'
import { deletedText, emptyNote } from './parts.ts'
import type { SiteApi } from './site-api.ts'
import type { SiteStatus } from './status.ts'
import type { Actions, OpenedView } from './view.ts'

type Command = {
  /** With a capital letter, it is pressed with Shift. */
  key: string
  label: (item: Item) => string
  hint: string
  isBad?: boolean
  /** Acts on everything of the author. */
  isForAll?: boolean
  /** Tells whether the command is for such an item. */
  isFor: (item: Item) => boolean
  run: (item: Item, actions: Actions) => unknown
}

const isHeld = (item: Item) => 'held' in item
const authorOf = (item: Item) => ('held' in item ? item.held : item.report.message)

/** Opens the inbox: the open reports and the messages that wait for approval, of all rooms, the newest first. */
export const openInbox = (api: SiteApi, status: SiteStatus): OpenedView => {
  const list = new InboxList(api)
  /** The item that keys act on. */
  let current: string | undefined
  /** The messages around the items, by the keys of items. */
  const around = new Map<string, Message[]>()

  const elementOf = (key: string | undefined) =>
    document.querySelector<HTMLElement>(`[data-item="${CSS.escape(key ?? '')}"]`)
  const itemOf = (key: string | undefined) => list.items.find((item) => item.key === key)

  const load = async () => {
    await list.load()
    if (!itemOf(current)) current = list.items[0]?.key
    await lookAround()
  }

  /** Loads the messages around the current item, once. */
  const lookAround = async () => {
    const item = itemOf(current)
    if (!item || around.has(item.key)) return
    around.set(item.key, await contextOf(api, item).catch(() => []))
  }

  const choose = async (key: string, actions: Actions) => {
    if (key === current) return
    current = key
    actions.redraw()
    await lookAround()
    actions.redraw()
  }

  /** Moves the focus by so many items. */
  const move = (by: number) => {
    const { items } = list
    const at = items.findIndex(({ key }) => key === current)
    elementOf(items[Math.min(Math.max(at + by, 0), items.length - 1)]?.key)?.focus()
  }

  /** Does something with an item, which is done with then, and moves on to the next one that is still there. */
  const settle = async (
    item: Item,
    actions: Actions,
    act: () => Promise<unknown>,
    done: string | (() => string),
  ) => {
    const keys = list.items.map(({ key }) => key)
    const at = keys.indexOf(item.key)
    const isDone = await actions.act(act, done, async () => {
      const following = [...keys.slice(at + 1), ...keys.slice(0, at).toReversed()]
      if (!itemOf(item.key)) current = following.find((key) => itemOf(key))
      await lookAround()
    })
    if (isDone) (elementOf(current) ?? document.getElementById('view'))?.focus()
  }

  const approve = (item: Item, actions: Actions) => {
    if (!('held' in item)) return
    const { held } = item
    return settle(item, actions, () => api.approve(held), `The message of ${held.userName} is published.`)
  }

  /** Refuses a message that waits, or deletes a reported one. */
  const remove = (item: Item, actions: Actions) => {
    if ('held' in item) {
      const { held } = item
      return settle(item, actions, () => api.refuse(held), `The message of ${held.userName} is refused.`)
    }
    const { report } = item
    const { chatroom, seq, message } = report
    const act = async () => {
      if (message.message !== null) await api.removeMessage(chatroom, seq)
      await api.resolve(report, true)
    }
    return settle(item, actions, act, `Message ${seq} of ${chatroom} is deleted.`)
  }

  const dismiss = (item: Item, actions: Actions) => {
    if (!('report' in item)) return
    const { report } = item
    return settle(item, actions, () => api.resolve(report, true), 'The report is dismissed.')
  }

  /** Approves or refuses everything of an author that waits in any room. */
  const decideAll = (item: Item, actions: Actions, method: 'PUT' | 'DELETE') => {
    if (!('held' in item)) return
    const { userId, userName } = item.held
    if (userId === null) return
    let count = 0
    const act = async () => {
      count = await api.decideAll(method, { userId, userName })
    }
    const done = method === 'PUT' ? 'published' : 'refused'
    return settle(
      item,
      actions,
      act,
      () => `${count} ${count === 1 ? 'message' : 'messages'} of ${userName} ${done}.`,
    )
  }

  const ban = async (item: Item, actions: Actions) => {
    const { userId, userName, chatroom: room } = authorOf(item)
    const asked = 'report' in item ? { hasMessage: true, reason: item.report.reason ?? '' } : {}
    const answer = await banDialog({ name: userName, room, isOnSite: userId !== null, ...asked })
    if (!answer) return elementOf(item.key)?.focus()
    const { fromSite, deletesMessage, ...terms } = answer
    let deleted = 0
    const act = async () => {
      if (fromSite && userId !== null) deleted = await api.banFromSite(userId, terms)
      else if ('report' in item) deleted = await api.banAuthor(room, item.report.seq, terms)
      else deleted = await api.banMember(room, item.held.userName, terms)
      if ('report' in item) {
        const { seq, message } = item.report
        // It may be older than what the ban has deleted.
        if (deletesMessage && message.message !== null) await api.removeMessage(room, seq)
        await api.resolve(item.report, true)
      }
      // Nothing of somebody who is banned can be approved.
      if (userId !== null && userName !== null)
        await api.decideAll('DELETE', { userId, userName }, fromSite ? undefined : room)
    }
    await settle(
      item,
      actions,
      act,
      () =>
        `${userName ?? 'The author'} is banned from ${fromSite ? 'the whole site' : room}.${deletedText(deleted)}`,
    )
  }

  const commands: Command[] = [
    { key: 'a', label: () => 'Approve', hint: 'approves', isFor: isHeld, run: approve },
    {
      key: 'd',
      label: (item) => (isHeld(item) ? 'Refuse' : 'Delete'),
      hint: 'refuses what waits, or deletes what was reported',
      isBad: true,
      isFor: () => true,
      run: remove,
    },
    { key: 'b', label: () => 'Ban …', hint: 'bans the author', isBad: true, isFor: () => true, run: ban },
    {
      key: 'x',
      label: () => 'Dismiss',
      hint: 'dismisses a report',
      isFor: (item) => !isHeld(item),
      run: dismiss,
    },
    {
      key: 'A',
      label: (item) => `Approve all of ${authorOf(item).userName}`,
      hint: 'approves everything of the author in all rooms',
      isForAll: true,
      isFor: isHeld,
      run: (item, actions) => decideAll(item, actions, 'PUT'),
    },
    {
      key: 'D',
      label: (item) => `Refuse all of ${authorOf(item).userName}`,
      hint: 'refuses everything of the author in all rooms',
      isForAll: true,
      isBad: true,
      isFor: isHeld,
      run: (item, actions) => decideAll(item, actions, 'DELETE'),
    },
  ]

  const showItem = (item: Item, actions: Actions): TemplateResult => {
    const { key } = item
    const isOnlyOne =
      list.items.filter(
        (other) => 'held' in other && 'held' in item && other.held.userId === item.held.userId,
      ).length === 1
    const others = (key === current && around.get(key)) || []
    const id = `about-${key}`
    return html`<li>
      <article
        class="item ${key === current ? 'current' : ''}"
        tabindex="0"
        data-item=${key}
        aria-labelledby=${id}
        @focusin=${() => choose(key, actions)}
      >
        ${'held' in item ? heldView(item.held, others, id) : reportView(item.report, others, id)}
        <div class="actions">
          ${commands
            .filter(({ isFor, isForAll }) => isFor(item) && !(isForAll && isOnlyOne))
            .map(
              ({ key: shortcut, label, isBad, run }) => html`<button
                class=${isBad ? 'danger' : ''}
                aria-keyshortcuts=${shortcut === shortcut.toLowerCase() ? shortcut : `Shift+${shortcut}`}
                @click=${() => run(item, actions)}
              ><bdi>${label(item)}</bdi> <kbd>${shortcut}</kbd></button>`,
            )}
        </div>
      </article>
    </li>`
  }

  return {
    title: 'Inbox',
    async load() {
      // Before the list, so that what comes in between counts as new.
      await status.refresh()
      await load()
    },
    refresh: load,
    get more() {
      return list.more
    },
    key: (pressed, actions) => {
      if (pressed === 'j' || pressed === 'ArrowDown')
        move(elementOf(current) === document.activeElement ? 1 : 0)
      else if (pressed === 'k' || pressed === 'ArrowUp') move(-1)
      else {
        const item = itemOf(current)
        const command = commands.find(({ key }) => key === pressed)
        if (!item || !command?.isFor(item)) return false
        command.run(item, actions)
      }
      return true
    },
    show: (actions) => {
      const { items } = list
      if (items.length === 0)
        return emptyNote(
          'Nothing waits for you. Reports, and messages that wait for approval, appear here by themselves.',
        )
      return html`<details class="hint"><summary>Keys</summary>
          <ul>
            <li><kbd>j</kbd> and <kbd>k</kbd>, or the arrows, move on and back</li>
            ${commands.map(({ key, hint }) => html`<li><kbd>${key}</kbd> ${hint}</li>`)}
          </ul>
        </details>
        <ul class="cards inbox">${repeat(
          items,
          ({ key }) => key,
          (item) => showItem(item, actions),
        )}</ul>`
    },
  }
}
