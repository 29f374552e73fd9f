type Attempt = [path: string, body?: object | string, headers?: Record<string, string>]

const attemptsAt = (route: string, path: string, id: number): Record<string, Attempt> => ({
  [`POST ${route}/webhook`]: [`${path}/webhook`, { url: 'https://example.org' }],
  [`PATCH ${route}/webhook/:id`]: [`${path}/webhook/${id}`, { enabled: false }],
  [`DELETE ${route}/webhook/:id`]: [`${path}/webhook/${id}`],
  [`POST ${route}/webhook/:id/secret`]: [`${path}/webhook/${id}/secret`],
  [`POST ${route}/webhook/:id/resend`]: [`${path}/webhook/${id}/resend`],
})

/** Returns the requests that try to change an outgoing webhook of a room, by route. */
export const webhookAttempts = (room: string, id: number): Record<string, Attempt> => ({
  ...attemptsAt('/chatroom/:name', room, id),
  ...attemptsAt('/api/admin', '/api/admin', id),
})

export const importAttempt: Record<string, Attempt> = {
  'POST /api/import': [
    '/api/import',
    '{"type":"parlour","version":1,"scope":"site"}\n',
    { 'Content-Type': 'application/x-ndjson' },
  ],
  'PUT /api/import/file/:id': [
    '/api/import/file/ANamelessFileWithoutId?import=x&room=1',
    'x',
    { 'Content-Length': '1' },
  ],
}

const blockedFile = `/api/admin/blocked-file/${'A'.repeat(43)}`

/** Returns the requests that upload a file under somebody's name, and block one. */
export const fileAttempts = (room: string, userName: string): Record<string, Attempt> => ({
  'PUT /api/admin/blocked-file/:hash': [blockedFile, { name: 'x' }],
  'DELETE /api/admin/blocked-file/:hash': [blockedFile],
  'POST /chatroom/:name/file': [
    `${room}/file?name=x.txt&userName=${userName}`,
    'x',
    { 'Content-Length': '1' },
  ],
})
