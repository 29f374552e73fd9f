import { ParlourError } from '../../src/client/error.ts'
import type { Parlour } from '../../src/client/types.ts'
import { nameKey } from '../../src/lib/name-key.ts'
import { Stop } from '../command.ts'

/** Signs in under an open name, and creates a user of this name if there is none. */
const signInAs = async (client: Parlour, name: string): Promise<void> => {
  try {
    await client.signIn({ name, existing: true })
  } catch (error) {
    if (!(error instanceof ParlourError)) throw error
    if (error.type === '/problems/token-required')
      throw new Stop(`401 Token required: ${error.message} Give its token: --token TOKEN`)
    if (error.type !== '/problems/user-not-found') throw error
    await client.signIn({ name })
    const { userName, token } = client
    console.error(
      `There was no user "${userName}", so it was created. Keep its token, which is shown only now: ${token}`,
    )
  }
}

/** Signs in by a token, or else under an open name; reads as nobody without both. */
export const signIn = async (
  client: Parlour,
  { name, token }: { name: string | undefined; token: string | undefined },
): Promise<void> => {
  if (token === undefined) return name === undefined ? undefined : signInAs(client, name)
  const user = await client.signIn({ token })
  if (name !== undefined && nameKey(name) !== nameKey(user.name))
    throw new Stop(`The token belongs to "${user.name}", not to "${name}". Leave out --as.`)
}
