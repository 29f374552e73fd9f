import { expect, it, vi } from 'vitest'
import type { ChatFile, NewUser, ProblemBody } from '../../src/contract'
import { fresh, newUser, ok, roomWithUser } from '../support/api'
import { sendFile } from '../support/files'
import { from, meter } from '../support/limits'

const here = from('203.0.113.7')
const there = from('198.51.100.1')
const bytes = (count: number) => new Uint8Array(count).fill(1)

/** Returns a function that uploads so many bytes, and gives the status of the answer. */
const uploader =
  (room: string, env: object) =>
  async (
    count: number,
    userName: string | undefined,
    headers: Record<string, string> = here,
    token?: string,
  ): Promise<number> => {
    const options = { userName, env, headers, name: 'x.bin', ...(token !== undefined && { token }) }
    return (await sendFile(room, bytes(count), options)).status
  }

it('one person uploads so many bytes a day, by a token as under a name', async () => {
  const { room, userName } = await roomWithUser()
  const other = await newUser()
  const upload = uploader(room, { FILE_BYTES_PER_USER_DAY: 100, ...meter() })
  expect(await upload(60, userName)).toBe(201)
  expect(await upload(60, userName)).toBe(429)
  expect(await upload(40, userName, there)).toBe(201)
  expect(await upload(1, userName)).toBe(429)
  expect(await upload(60, other.name)).toBe(201)
  const protectedUser = await ok<NewUser>('POST', '/api/users', {
    body: { name: fresh('user'), protected: true },
  })
  expect(await upload(100, undefined, here, protectedUser.token)).toBe(201)
  expect(await upload(1, undefined, here, protectedUser.token)).toBe(429)
})

it('one address and the whole site have their share, and the answer says which is used up', async () => {
  const { room, userName } = await roomWithUser()
  const env = { FILE_BYTES_PER_ADDRESS_DAY: 100, FILE_BYTES_PER_DAY: 150, ...meter() }
  const upload = uploader(room, env)
  expect(await upload(100, userName)).toBe(201)
  const answer = await sendFile(room, bytes(1), { userName, env, headers: here })
  expect(answer.status).toBe(429)
  expect(answer.headers.get('ratelimit-policy')).toBe('"address-uploads";q=100;w=86400')
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await answer.json<ProblemBody>()).toMatchObject({
    type: '/problems/upload-limit',
    detail: expect.stringContaining('your address has too few left'),
  })
  expect(await upload(50, userName, there)).toBe(201)
  expect(await upload(1, userName, from('192.0.2.1'))).toBe(429)
})

it('what is refused, repeated or of the admin does not count, and a new day begins at 0', async () => {
  const { room, userName } = await roomWithUser()
  const env = { FILE_BYTES_PER_USER_DAY: 100, ADMIN_TOKEN: 'admin-of-uploads', ...meter() }
  const upload = uploader(room, env)
  const key = fresh('key')
  const options = { userName, env, headers: here, key, name: 'x.bin' }
  const first = await (await sendFile(room, bytes(50), options)).json<ChatFile>()
  for (let i = 0; i < 3; i++) {
    const answer = await sendFile(room, bytes(50), options)
    expect(await answer.json()).toEqual(first)
  }
  for (let i = 0; i < 3; i++) expect(await upload(50, 'nobody at all')).toBe(404)
  expect(await upload(500, userName, here, 'admin-of-uploads')).toBe(201)
  expect(await upload(50, userName)).toBe(201)
  expect(await upload(1, userName)).toBe(429)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 86_400_000 })
  try {
    expect(await upload(100, userName)).toBe(201)
  } finally {
    vi.useRealTimers()
  }
})
