import { html } from 'lit'
import type { SiteBan, User, UserRole } from '../../contract/index.ts'
import { banDialog } from './ban-dialog.ts'
import {
  confirmByName,
  deletedText,
  emptyNote,
  fieldsOf,
  messageView,
  nameOf,
  networkSentence,
  personLink,
  roomLink,
  searchForm,
  timeOf,
} from './parts.ts'
import type { SiteApi } from './site-api.ts'
import type { SiteStatus } from './status.ts'
import { type Actions, cards, type OpenedView, openList } from './view.ts'

const roleNames: Record<UserRole, string> = {
  user: 'No role',
  moderator: 'Moderator of the site',
  admin: 'Admin',
}

const badges = ({ role, protected: isProtected }: User) => html`
  ${role === 'user' ? '' : html`<span class="badge">${roleNames[role]}</span>`}
  ${isProtected ? html`<span class="badge quiet">protected name</span>` : ''}`

const row = (user: User) => html`<li class="row">
  <a href="#people/${user.id}">${nameOf(user.name)}</a> ${badges(user)}
  <span class="by">no. ${user.id} · since ${timeOf(user.createdAt)}</span>
</li>`

/** Opens the search for people. Without words, it lists the newest ones. */
export const openPeople = (api: SiteApi, q: string): OpenedView => {
  const list = openList<User, Actions>(
    (url) => api.people(q, url),
    (users) => html`${searchForm('people', 'Part of a name', q)}
      <p><a href="#people/bans">Who is banned from the whole site</a></p>
      ${
        users.length === 0
          ? emptyNote(q ? `Nobody has “${q}” in the name.` : 'Nobody has come yet.')
          : html`<ul class="rows">${users.map(row)}</ul>`
      }`,
  )
  return Object.assign(list, { title: 'People' })
}

/** Opens the list of those who are banned from the whole site. */
export const openSiteBans = (api: SiteApi): OpenedView => {
  const list = openList<SiteBan, Actions>(api.siteBans, (bans, actions) =>
    bans.length === 0
      ? emptyNote('Nobody is banned from the whole site. Bans from single rooms are shown with each room.')
      : cards(
          bans,
          ({ userId }) => userId,
          (ban) => html`<li>
            <h2 class="section">${personLink(ban.userId, ban.userName)}</h2>
            ${siteBanView(api, ban, actions)}
          </li>`,
        ),
  )
  return Object.assign(list, { title: 'Banned from the whole site' })
}

/** Returns a ban from the whole site, with the button that lifts it. */
const siteBanView = (
  api: SiteApi,
  { userId, userName, until, reason, createdAt, networkUntil }: SiteBan,
  actions: Actions,
) => {
  const lift = () =>
    actions.act(() => api.liftSiteBan(userId), `The ban of ${userName} from the whole site is lifted.`)
  return html`<p>
      Banned since ${timeOf(createdAt)}, until ${until === null ? 'it is lifted' : timeOf(until)}.${networkSentence(networkUntil)}
      ${reason === null ? '' : html`Reason: <q dir="auto">${reason}</q>`}
    </p>
    <div class="actions"><button @click=${lift}>Lift the ban of ${nameOf(userName)}</button></div>`
}

/** Opens one person: what it said, its role, bans and its token. */
export const openPerson = (api: SiteApi, status: SiteStatus, id: number): OpenedView => {
  let user: User | undefined
  let siteBan: SiteBan | undefined
  let token: string | undefined
  const said = openList<Awaited<ReturnType<typeof api.said>>['items'][number], Actions>(
    (url) => api.said(id, url),
    (messages, actions) =>
      messages.length === 0
        ? emptyNote('No messages in the rooms that this person is a member of or banned from.')
        : cards(
            messages,
            ({ chatroom, seq }) => `${chatroom}/${seq}`,
            (message) => html`<li>
              <p class="by">In ${roomLink(message.chatroom)}</p>
              ${messageView(message)}
              <div class="actions">
                <button
                  class="danger"
                  @click=${() =>
                    actions.act(
                      () => api.removeMessage(message.chatroom, message.seq),
                      `Message ${message.seq} of ${message.chatroom} is deleted.`,
                    )}
                >Delete message ${message.seq}</button>
              </div>
            </li>`,
          ),
  )

  const roleForm = ({ role, name }: User, actions: Actions) => {
    const submit = (event: Event) => {
      const chosen = fieldsOf(event).role as UserRole
      return actions.act(
        () => api.changePerson(id, { role: chosen }),
        `${name} has the role: ${roleNames[chosen].toLowerCase()}.`,
      )
    }
    return html`<form class="fields" @submit=${submit}>
      <label>Role on the whole site <select name="role" .value=${role}>
        ${Object.entries(roleNames).map(
          ([value, words]) => html`<option value=${value} ?selected=${value === role}>${words}</option>`,
        )}
      </select></label>
      <button>Change the role</button>
    </form>`
  }

  const banFromSite = async ({ name }: User, actions: Actions) => {
    const terms = await banDialog({ name, isOnSite: true })
    if (!terms) return
    const { seconds, reason, deleteMessagesSeconds } = terms
    let deleted = 0
    await actions.act(
      async () => {
        deleted = await api.banFromSite(id, {
          seconds,
          reason,
          ...(deleteMessagesSeconds && { deleteMessagesSeconds }),
        })
        await api.decideAll('DELETE', { userId: id, userName: name })
      },
      () => `${name} is banned from the whole site.${deletedText(deleted)}`,
    )
  }

  const banCard = (user: User, actions: Actions) => {
    const submit = (event: Event) => {
      const { room = '' } = fieldsOf(event)
      location.hash = `#rooms/${encodeURIComponent(room)}/sanctions`
    }
    return html`<div class="card">
      <h2>Bans</h2>
      ${
        siteBan
          ? siteBanView(api, siteBan, actions)
          : html`<p>${nameOf(user.name)} is not banned from the whole site. Such a ban holds in all rooms, under any name.</p>
              <div class="actions">
                <button class="danger" @click=${() => banFromSite(user, actions)}>Ban from the whole site …</button>
              </div>`
      }
      <details><summary>Ban or mute in one room</summary>
        <form class="fields" @submit=${submit}>
          <label>Room <input name="room" required maxlength="64" autocomplete="off" spellcheck="false"></label>
          <button>Go to the bans of the room</button>
        </form>
      </details>
    </div>`
  }

  const tokenForm = ({ name }: User, actions: Actions) => {
    const renew = async () => {
      if (!confirm(`Give ${name} a new token? The one before stops working.`)) return
      await actions.act(async () => {
        token = (await api.newToken(id)).token
      }, `${name} has a new token.`)
    }
    return html`<p>For somebody who has lost the token. The one before stops working, and connections that were opened with it close.</p>
      <div class="actions"><button @click=${renew}>Make a new token</button></div>
      ${
        token === undefined
          ? ''
          : html`<p>Give this to ${nameOf(name)}. It is shown only now: <code class="token">${token}</code></p>`
      }`
  }

  const remove = (who: User, actions: Actions) =>
    confirmByName(
      who.name,
      'Delete this person',
      async ({ messages = 'keep' }) => {
        const isDone = await actions.run(() => api.removePerson(id, messages))
        if (isDone) location.hash = '#people'
      },
      html`<label>The messages <select name="messages">
        <option value="keep">Stay, without a name</option>
        <option value="delete">Are deleted, with every trace of the person</option>
      </select></label>`,
    )

  return {
    get title() {
      return user?.name ?? 'Person'
    },
    async load() {
      const [found, ban] = await Promise.all([api.person(id), api.siteBanOf(id), said.load()])
      user = found
      siteBan = ban
    },
    get more() {
      return said.more
    },
    show: (actions) => {
      if (!user) return html``
      return html`<p class="by">${badges(user)} no. ${id} · since ${timeOf(user.createdAt)}</p>
        ${status.isAdmin ? html`<details class="card"><summary>Role</summary>${roleForm(user, actions)}</details>` : ''}
        ${banCard(user, actions)}
        ${
          status.isAdmin
            ? html`<details class="card"><summary>New token</summary>${tokenForm(user, actions)}</details>
                <details class="card"><summary>Delete this person</summary>
                  <p>The name becomes free.</p>
                  ${remove(user, actions)}
                </details>`
            : ''
        }
        <h2 class="section">What ${nameOf(user.name)} said</h2>
        ${said.show(actions)}`
    },
  }
}
