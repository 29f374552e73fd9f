// A part of the guide to the problems.

/** Explains the problems of pins and of incoming webhooks. Those who post to a webhook get words of Slack's instead. */
export const roomProblems = {
  'too-many-pins': {
    meaning: 'The chatroom has too many pinned messages already.',
    why: 'A chatroom may have 50 pinned messages.',
    solution: 'Unpin another message first: DELETE /chatroom/lobby/pin/12.',
    request: 'PUT /chatroom/lobby/pin/40',
    detail: 'This chatroom has 50 pinned messages already, which is the most. Unpin another one first.',
  },
  'too-many-hooks': {
    meaning: 'The chatroom has too many incoming webhooks already.',
    why: 'A chatroom may have 20 incoming webhooks.',
    solution:
      'Delete one that is not used any more. GET /chatroom/lobby/hook lists them, with the day of the last use.',
    request: 'POST /chatroom/lobby/hook {"name":"CI"}',
    detail: 'This chatroom has 20 incoming webhooks already, which is the most. Delete another one first.',
  },
  'hook-not-found': {
    meaning: 'There is no such incoming webhook in the chatroom.',
    why: 'The number is not that of a webhook of this chatroom, or the webhook was deleted.',
    solution: 'List the webhooks: GET /chatroom/lobby/hook.',
    request: 'DELETE /chatroom/lobby/hook/99',
    detail: 'There is no incoming webhook 99 in this chatroom.',
  },
}
