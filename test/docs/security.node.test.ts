import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('docs/security.md names tests that are there', () => {
  const named = [
    ...readFileSync('docs/security.md', 'utf8').matchAll(/`(test\/[\w./-]+\.test\.ts): ([^`]+)`/g),
  ]
  expect(named.length).toBeGreaterThan(20)
  const missing = named.filter(([, path = '', words = '']) => {
    const titles = readFileSync(path, 'utf8').replace(/\\'/g, "'").replace(/\s+/g, ' ')
    return !titles.includes(words)
  })
  expect(missing.map(([whole]) => whole)).toEqual([])
})
