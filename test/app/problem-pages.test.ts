import { describe, expect, it } from 'vitest'
import { problemTypes } from '../../src/http/problem-types'
import { call, fails } from '../support/api'

describe('the page of a problem', () => {
  it.each(Object.entries(problemTypes))('is where the type leads: %s', async (type, { status, title }) => {
    const answer = await call('GET', `/problems/${type}`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const html = await answer.text()
    expect(html).toContain(`<h1>${title}</h1>`)
    for (const part of [`Status ${status}`, 'Why it happens', 'What to do', 'Example'])
      expect(html).toContain(part)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script/)
  })

  it('is listed with all others', async () => {
    const html = await (await call('GET', '/problems')).text()
    for (const type of Object.keys(problemTypes)) expect(html).toContain(`href="problems/${type}"`)
  })

  it('of an unknown type is 404', async () => {
    for (const path of ['/problems/nonsense', '/problems/problems.css.html', '/problems/%3Cb%3E'])
      expect(await fails(404, 'GET', path)).toMatchObject({
        type: '/problems/not-found',
        detail: expect.stringContaining('All types are listed at /problems.'),
      })
    expect(await fails(404, 'GET', '/problem/banned')).toMatchObject({
      detail: expect.stringContaining('Did you mean /problems/banned?'),
    })
  })
})
