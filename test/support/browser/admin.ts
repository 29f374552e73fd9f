import type { Page } from 'playwright-core'

/** Opens the admin page and signs in by a token. */
export const signIn = async (page: Page, url: string, token: string): Promise<void> => {
  await page.goto(url)
  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
