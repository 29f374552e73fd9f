// A part of the guide to the problems.

/** Explains the problems with messages that wait for approval. */
export const heldProblems = {
  'too-many-held': {
    meaning: 'Too many messages wait for approval.',
    why: 'Few messages of one author may wait in a chatroom, and refused ones count for 30 days. A chatroom has a limit too.',
    solution: 'Wait until a moderator has approved some.',
    request: 'POST /chatroom/lobby/message {"userName":"danny","message":"hello!"}',
    detail:
      'Too many messages wait for approval: at most 20 of one author in a chatroom, in 30 days. Wait until a moderator has approved some.',
  },
  'held-not-found': {
    meaning: 'No message with this id waits for approval in this chatroom.',
    why: 'It was approved, refused or taken back, or it has waited for 30 days. Or it is of somebody else.',
    solution: 'List the messages that wait. An approved message is in the chatroom.',
    request: 'GET /chatroom/lobby/held/k3J9',
    detail:
      'No message "k3J9" waits for approval here. It was approved, refused or taken back, or has waited for 30 days.',
  },
  'not-approvable': {
    meaning: 'The message can not be approved now.',
    why: 'Its author was banned or muted since, or may not post in this chatroom any more.',
    solution: 'Lift the ban or mute, or invite the author, and approve again. Or refuse the message.',
    request: 'PUT /chatroom/lobby/held/k3J9',
    detail: '"danny" is banned in this chatroom. Lift that first, or refuse the message.',
  },
}
