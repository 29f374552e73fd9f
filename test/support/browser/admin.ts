import type { Page } from 'playwright-core'
import { type Api, adminToken } from './fixtures.ts'

/** Opens the admin page and signs in by a token. */
export const signIn = async (page: Page, url: string, token: string): Promise<void> => {
  await page.goto(url)
  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Resolves the reports of earlier tests, of any file, and refuses the messages that still wait. */
export const emptyInbox = async (api: Api): Promise<void> => {
  type Items<Id> = { id: Id; chatroom: string }[]
  for (;;) {
    const { reports } = await api<{ reports: Items<number> }>(
      'GET',
      '/api/admin/report?limit=100',
      undefined,
      adminToken,
    )
    const { held } = await api<{ held: Items<string> }>(
      'GET',
      '/api/admin/held?limit=100',
      undefined,
      adminToken,
    )
    if (reports.length + held.length === 0) return
    for (const { id, chatroom } of reports)
      await api('PATCH', `/chatroom/${chatroom}/report/${id}`, { resolved: true }, adminToken)
    for (const { id, chatroom } of held)
      await api('DELETE', `/chatroom/${chatroom}/held/${id}`, undefined, adminToken)
  }
}
