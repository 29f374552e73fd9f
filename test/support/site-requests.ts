type Values = Record<string, string | number>
type Request = { params?: Values; query?: Values; body?: object }

/** The first page of a list, and another one. */
export const pages: Request[] = [{}, { query: { cursor: 1, limit: 2 } }]

const blockedFile = { params: { hash: 'A'.repeat(43) } }

/** The requests of operations about the whole site. */
export const siteRequests = {
  'GET /api/admin/ban': () => pages,
  'GET /api/admin/file': () => [{}, { query: { cursor: `1_${'A'.repeat(22)}` } }],
  'GET /api/admin/file/usage': () => [{}],
  'GET /api/admin/blocked-file': () => pages,
  'PUT /api/admin/blocked-file/:hash': () => [{ ...blockedFile, body: { name: 'x' } }],
  'DELETE /api/admin/blocked-file/:hash': () => [blockedFile],
  'GET /api/admin/usage': () => [{}],
  'GET /api/admin/report': () => [
    {},
    { query: { cursor: '0-1-1-1', limit: 2 } },
    { query: { resolved: 'true' } },
    { query: { resolved: 'true', cursor: '1-1-1-1' } },
  ],
  'GET /api/admin/held': () => pages,
  'GET /api/admin/user': () => [...pages, { query: { q: 'x' } }, { query: { q: 'x', cursor: 5 } }],
  'GET /api/admin/user/:id/message': ({ other }: { other: { id: number } }) =>
    [{}, { cursor: '0-1-1' }, { cursor: '1-1-1' }].map((query) => ({ params: { id: other.id }, query })),
  'GET /api/admin/chatroom': () => [...pages, { query: { q: 'x' } }, { query: { q: 'x', cursor: 5 } }],
}
