// A part of the guide to the problems.

/** Explains the problems of incoming webhooks. Those who post to one get words of Slack's instead. */
export const hookProblems = {
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
