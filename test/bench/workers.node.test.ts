import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { buildWrapped, startEmpty } from '../../bench/growth/instance'
import { local, observedPeers } from '../../bench/http/peers'
import { build, withServers } from '../../bench/servers'

const fileOf = (path: string): string => fileURLToPath(new URL(`../../bench/${path}`, import.meta.url))

/** Creates a user. The Worker of the export answers requests without `x-record` from what D1 said before. */
const expectUser = async (url: string): Promise<void> => {
  const headers = { ...local, 'Content-Type': 'application/json', 'x-record': 'true' }
  const body = JSON.stringify({ name: 'danny' })
  const { status } = await fetch(`${url}/api/users`, { method: 'POST', headers, body })
  expect(status).toBe(201)
}

// Each wraps the built Worker, and must export all classes of its objects.
it('the Worker that reports the work of D1 starts', async () => {
  const { parlour } = observedPeers
  await build([parlour.runs])
  await withServers({ parlour: parlour.runs }, {}, async ([server]) => {
    await expectUser(`http://127.0.0.1:${server?.port}`)
  })
})

it.each(['growth/worker/counting.ts', 'export/worker/recorded.ts'])(
  'the Worker of %s starts',
  async (path) => {
    await buildWrapped(fileOf(path))
    const { url, miniflare } = await startEmpty()
    try {
      await expectUser(url)
    } finally {
      await miniflare.dispose()
    }
  },
)
