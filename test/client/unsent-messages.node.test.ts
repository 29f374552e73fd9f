import { expect, it, onTestFinished, vi } from 'vitest'

const prefix = 'parlour unsent http://nowhere.invalid lobby '
const unsent = (key: string, at: number) => ({ room: 'lobby', key, text: key, at, owner: 'closed page' })

it('messages of a closed page are taken so that another page never sees the later ones without the earlier', async () => {
  /** The messages that another page would take after each write. */
  const seen: string[][] = []
  const storage = {
    getItem: (key: string): string => Reflect.get(storage, key) ?? null,
    setItem: (key: string, value: string) => {
      Object.assign(storage, { [key]: value })
      const left = ['one', 'two', 'three'].filter((key) =>
        storage.getItem(prefix + key).includes('closed page'),
      )
      seen.push(left)
    },
  }
  for (const [index, key] of ['one', 'two', 'three'].entries())
    Object.assign(storage, { [prefix + key]: JSON.stringify(unsent(key, index + 1)) })
  vi.stubGlobal('localStorage', storage)
  onTestFinished(() => void vi.unstubAllGlobals())
  const { UnsentMessages } = await import('../../src/client/unsent-messages.ts')
  const adopted: string[] = []
  const page = new UnsentMessages('http://nowhere.invalid', 'lobby', (messages) =>
    adopted.push(...messages.map(({ key }) => key)),
  )
  await page.ready
  expect(adopted).toEqual(['one', 'two', 'three'])
  expect(seen).toEqual([['one', 'two'], ['one'], []])
})
