import { env } from 'cloudflare:workers'
import type { Chatroom, Message, User } from '../../src/contract'
import { fresh, newUser, type Options, ok } from './api'
import { person, sign, withSecret } from './login'
import { addHook, addImportedFile, addWebhook, hold } from './rows'

export const credentials = ['none', 'token', 'login', 'admin'] as const
export type Credential = (typeof credentials)[number]

/** A user with a credential. */
type Actor = { credential: Credential; name: string; id: number; options: Options }

const admin = 'the-admin-of-this-test'

const actorWith = async (credential: Credential): Promise<Actor> => {
  if (credential === 'login') {
    const options = { token: await sign(person()), env: withSecret }
    return { ...(await ok<User>('GET', '/api/users/me', options)), credential, options }
  }
  const user = await newUser()
  const options = {
    none: {},
    token: { token: user.token },
    admin: { token: admin, env: { ADMIN_TOKEN: admin } },
  }
  return { ...user, credential, options: options[credential] }
}

/** Creates a room with an actor, who owns it and is an admin of the site, and another member. Both have sent a message. */
export const operationFixture = async (credential: Credential) => {
  const [actor, other] = await Promise.all([actorWith(credential), newUser()])
  if (credential === 'token' || credential === 'login')
    await env.DB.prepare("update users set site_role = 'admin' where id = ?").bind(actor.id).run()
  const { name } = await ok<Chatroom>('POST', '/api/chatroom', {
    ...actor.options,
    body: { name: fresh('room') },
  })
  const room = `/chatroom/${name}`
  // A token or a login names the user already.
  const named = credential === 'none' || credential === 'admin' ? { userName: actor.name } : {}
  const { seq } = await ok<Message>('POST', `${room}/message`, {
    ...actor.options,
    body: { ...named, message: 'x' },
  })
  await ok('POST', `${room}/message`, { body: { userName: other.name, message: 'spam' } })
  await ok('POST', `${room}/message/2/report`, {
    body: { userName: actor.name, reason: 'spam' },
    ...actor.options,
  })
  const heldId = await hold(room, credential === 'none' ? actor : other)
  const webhook = { id: await addWebhook(room) }
  const [hook, imported] = await Promise.all([addHook(room), addImportedFile(room)])
  return { name, room, seq, actor, other, named, heldId, hook, webhook, imported }
}

export type OperationFixture = Awaited<ReturnType<typeof operationFixture>>
