// A part of the guide to the problems.

/** Explains the problems of people who have joined a chatroom not long ago. */
export const newcomerProblems = {
  'link-too-soon': {
    meaning: 'New members may not post links yet.',
    why: 'The chatroom makes new members wait before they post links, as a protection against spam.',
    solution: 'Send the message without the link, or wait until the time that `detail` names.',
    request: 'POST /chatroom/lobby/message {"userName":"danny","message":"https://example.org"}',
    detail:
      'You may post links in this chatroom from 2026-11-28T08:10:00.000Z on, which is 600 seconds after you joined. Wait until then, or send the message without the link.',
  },
  'mention-too-soon': {
    meaning: 'New members may not mention others yet.',
    why: 'The chatroom makes new members wait before they mention others, as a protection against spam.',
    solution: 'Send the message without the mention, or wait until the time that `detail` names.',
    request: 'POST /chatroom/lobby/message {"userName":"danny","message":"@anna hello"}',
    detail:
      'You may mention others in this chatroom from 2026-11-28T08:10:00.000Z on, which is 600 seconds after you joined. Wait until then, or send the message without the "@".',
  },
  'reaction-too-soon': {
    meaning: 'New members may not react to messages yet.',
    why: 'The chatroom makes new members wait before they react, as a protection against spam.',
    solution:
      'Wait until the time that `detail` names. Join the chatroom, if you are no member: reacting makes nobody a member.',
    request: 'PUT /chatroom/lobby/message/1/reaction/🎉 {"userName":"danny"}',
    detail:
      'You may react in this chatroom from 2026-11-28T08:10:00.000Z on, which is 600 seconds after you joined. Wait until then, or send a message.',
  },
}
