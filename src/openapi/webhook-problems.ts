// A part of the guide to the problems.

/** Explains the problems with webhooks. */
export const webhookProblems = {
  'too-many-webhooks': {
    meaning: 'The chatroom, or the site, has too many webhooks already.',
    why: 'A chatroom may have 10 outgoing webhooks, and the site 10 for all chatrooms.',
    solution: 'Delete one first: DELETE /chatroom/lobby/webhook/3.',
    request: 'POST /chatroom/lobby/webhook {"url":"https://example.org/parlour"}',
    detail: 'There are 10 webhooks already, which is the most. Delete another one first.',
  },
  'webhook-not-found': {
    meaning: 'There is no such webhook.',
    why: 'It was deleted, or it belongs to another chatroom.',
    solution: 'List the webhooks: GET /chatroom/lobby/webhook.',
    request: 'DELETE /chatroom/lobby/webhook/3',
    detail: 'There is no webhook 3 here, or it was deleted.',
  },
}
