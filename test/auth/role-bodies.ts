/** The bodies of requests that need a role. */
export const roleBodies: Record<string, object> = {
  'PATCH /chatroom/:name': { title: 'x' },
  'PATCH /chatroom/:name/member/:userName': { role: 'member' },
  'PUT /chatroom/:name/member/:userName/read': { seq: 1 },
  'PATCH /chatroom/:name/report/:id': { resolved: true },
  'PUT /api/admin/blocked-file/:hash': { name: 'x' },
  'POST /chatroom/:name/sanction': { authorOf: 1, kind: 'ban' },
  'POST /chatroom/:name/hook': { name: 'bot of nobody' },
  'PATCH /api/admin': { slowModeSeconds: 1 },
  ...Object.fromEntries(
    ['/chatroom/:name', '/api/admin'].flatMap((base) => [
      [`POST ${base}/webhook`, { url: 'https://example.org' }],
      [`PATCH ${base}/webhook/:id`, { enabled: false }],
    ]),
  ),
}
