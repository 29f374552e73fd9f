import type { NewWebhook, Webhook, WebhookList, WebhookState } from '../../contract/index.ts'

type Request = <T>(method: string, pathOrUrl: string, body?: unknown) => Promise<T>

/** Returns the requests about the outgoing webhooks of a room, or of the site and all its rooms, by the path of their list. */
export const webhookApi = (request: Request, path: string) => {
  const list = async (url = `${path}?limit=30`): Promise<{ items: Webhook[]; next: string | null }> => {
    const { webhooks, next } = await request<WebhookList>('GET', url)
    return { items: webhooks, next }
  }
  return {
    list,
    /** Returns all that are switched off. */
    async off(): Promise<Webhook[]> {
      const found: Webhook[] = []
      for (let url: string | null = `${path}?limit=100`; url !== null; ) {
        const page = await list(url)
        found.push(...page.items.filter(({ enabled }) => !enabled))
        url = page.next
      }
      return found
    },
    state: (id: number) => request<WebhookState>('GET', `${path}/${id}`),
    add: (given: Pick<Webhook, 'url' | 'format' | 'events'>) => request<NewWebhook>('POST', path, given),
    setEnabled: (id: number, enabled: boolean) => request('PATCH', `${path}/${id}`, { enabled }),
    resend: (id: number) => request('POST', `${path}/${id}/resend`),
    renewSecret: (id: number) => request<NewWebhook>('POST', `${path}/${id}/secret`),
    remove: (id: number) => request('DELETE', `${path}/${id}`),
  }
}

export type WebhookApi = ReturnType<typeof webhookApi>
