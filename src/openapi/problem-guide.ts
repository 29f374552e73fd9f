import type { ProblemType } from '../http/problem-types.ts'
import { fileProblems } from './file-problems.ts'
import { heldProblems } from './held-problems.ts'
import { newcomerProblems } from './newcomer-problems.ts'
import { roomProblems } from './room-problems.ts'
import { webhookProblems } from './webhook-problems.ts'

/** One page of `/problems`, and the example of the problem in the OpenAPI document. */
type Guide = {
  meaning: string
  why: string
  solution: string
  /** A request that gets this problem, and the `detail` of the answer. */
  request: string
  detail: string
}

const send = 'POST /chatroom/lobby/message {"userName":"danny","message":"hello!"}'
const bearer = 'Authorization: Bearer <token>'

/** Explains each problem to the person who got it. */
export const problemGuide: Record<ProblemType, Guide> = {
  'invalid-request': {
    meaning: 'A part of the request is missing, malformed or not allowed.',
    why: 'The body is not valid JSON, or a field, a query parameter, a header or a part of the path is missing or has a wrong value.',
    solution:
      'Read `detail`. `errors` lists each wrong field by its name. Change the request before you send it again.',
    request: 'POST /chatroom/lobby/message {"userName":"danny","text":"hello!"}',
    detail: 'missing message. Rename "text" to "message".',
  },
  'invalid-token': {
    meaning: 'The request has a token that is not valid.',
    why: 'The token was replaced or revoked, its user was deleted, a character is missing, or the login has ended.',
    solution: `Send the token that the creation of the user returned, as \`${bearer}\`. For a login, sign in again. To read what is public, send no token.`,
    request: 'GET /api/users/me (with an old token)',
    detail:
      'No user has this token. Send the token that POST /api/users returned, as `Authorization: Bearer <token>`. For the admin, set ADMIN_TOKEN in .dev.vars, or as a secret of the deployed Worker, and restart the server.',
  },
  'token-required': {
    meaning: 'This needs a token, and the request has none.',
    why: 'The user is protected, this route always needs to know who is asking, or the instance asks for a token for every write.',
    solution: `Send the user's token as \`${bearer}\`. You get it once, when you create the user.`,
    request: send,
    detail: '"danny" is a protected user. Send the token as `Authorization: Bearer <token>`.',
  },
  'always-protected': {
    meaning: 'The user of a login, or with a role on the site, can not be made an open user.',
    why: "The user belongs to a login of the site, or has a role on the site. An open user would let anybody speak under that person's name.",
    solution: 'Leave `protected` out of the request.',
    request: 'PATCH /api/users/7 {"protected":false}',
    detail:
      'This user belongs to a login, or has a role of the site, and stays protected. Leave out `protected`.',
  },
  'not-you': {
    meaning: 'The token belongs to another user than the one the request names.',
    why: '`userName`, or the user in the path, is not the user of the token.',
    solution: 'Leave `userName` out, or send the token of that user.',
    request: send,
    detail: 'The token belongs to another user. Leave out `userName`, or send the token of that user.',
  },
  'members-only': {
    meaning: 'Only members of the chatroom may do this.',
    why: 'The chatroom lets only members read or post, and you are not a member.',
    solution: 'If you are a member, send your token or `userName`. If not, ask a moderator to invite you.',
    request: 'GET /chatroom/staff/message',
    detail: 'Only members may do this in this chatroom. Ask a moderator to invite you.',
  },
  'not-allowed': {
    meaning: 'Your role in the chatroom does not allow this.',
    why: 'The action is for moderators, for the owner or for admins.',
    solution:
      'Ask the owner to do it or to make you a moderator. A chatroom without an owner is changed by admins and moderators of the site.',
    request: 'DELETE /chatroom/lobby',
    detail: 'Your role in this chatroom does not allow this. Ask its owner, or the admin if nobody owns it.',
  },
  banned: {
    meaning: 'You are banned from the chatroom, or new people from your network are.',
    why: 'A moderator banned the user, for some time or until the ban is lifted. Where the owner has turned it on, a ban holds for some hours for new people from the same network as well: `detail` says so, and until when.',
    solution:
      'Wait until the ban ends, or ask a moderator. If only the network is banned, send the token of a user who is older than the ban, or ask a moderator to invite you.',
    request: send,
    detail: 'You are banned from this chatroom. Ask a moderator.',
  },
  muted: {
    meaning: 'You may read in the chatroom, but not post.',
    why: 'A moderator muted the user, for some time or until the mute is lifted.',
    solution: 'Wait until the mute ends, or ask a moderator to lift it.',
    request: send,
    detail: 'You are muted in this chatroom: you may read, but not post. Ask a moderator.',
  },
  'blocked-word': {
    meaning: 'The text, or a description or a name of a file, has a word that is blocked in the chatroom.',
    why: 'The owner keeps a list of blocked words. Other spellings that look alike count too.',
    solution: 'Write the message without the word.',
    request: 'POST /chatroom/lobby/message {"userName":"danny","message":"casino"}',
    detail:
      'The text, or a description or a name of a file, has a word that is blocked in this chatroom. Write it without that word.',
  },
  ...fileProblems,
  ...heldProblems,
  ...newcomerProblems,
  ...webhookProblems,
  archived: {
    meaning: 'The chatroom is archived: it can be read, but not changed.',
    why: 'The owner archived it.',
    solution: 'Use another chatroom, or ask the owner to set `archived` to false.',
    request: send,
    detail: 'This chatroom is archived: it can be read, but nothing can be added.',
  },
  'origin-not-allowed': {
    meaning: 'Pages of this site may not listen here.',
    why: "The instance allows only the origins in its variable ALLOWED_ORIGINS, and the page's origin is not among them.",
    solution: "Add the page's origin, such as https://example.org, to ALLOWED_ORIGINS and deploy.",
    request: 'GET /chatroom/lobby/live (from a page of https://example.com)',
    detail: 'Pages of https://example.com may not listen here. Add that origin to ALLOWED_ORIGINS.',
  },
  'not-the-author': {
    meaning: 'Only the author may change a message.',
    why: 'Somebody else wrote the message. Moderators may delete it, but nobody else may edit it.',
    solution: 'Name the author in `userName`, or send their token.',
    request: 'PATCH /chatroom/lobby/message/3 {"userName":"danny","message":"hello?"}',
    detail: 'Message 3 was written by somebody else. Only its author may change it.',
  },
  'reaction-not-allowed': {
    meaning: 'Messages of the chatroom can not be given this emoji.',
    why: 'The owner allows only some emoji, or none: the setting `reactions` of the chatroom.',
    solution: 'Take one of the emoji in `reactions`: GET /chatroom/lobby.',
    request: 'PUT /chatroom/lobby/message/3/reaction/🎉 {"userName":"danny"}',
    detail: 'This chatroom does not allow 🎉. Allowed: 👍 ❤️.',
  },
  'too-many-reactions': {
    meaning: 'The message has too many different emoji already.',
    why: 'A message may have 20 different emoji, however many people give each.',
    solution: 'Give the message an emoji that it has already.',
    request: 'PUT /chatroom/lobby/message/3/reaction/🎉 {"userName":"danny"}',
    detail: 'Message 3 has 20 different emoji already, which is the most. Give it one of those.',
  },
  ...roomProblems,
  'challenge-failed': {
    meaning: 'The Turnstile challenge was not passed.',
    why: 'The token of the widget is wrong, older than five minutes, or was used before.',
    solution: 'Let the widget make a new token, and send it as `turnstileToken`.',
    request: 'POST /api/users {"name":"danny","turnstileToken":"…"}',
    detail:
      'Turnstile refused this turnstileToken. A token works once, within five minutes. Solve the challenge again.',
  },
  'user-not-found': {
    meaning: 'There is no such user.',
    why: 'Nobody created the user yet, the user was deleted, or the name is misspelled.',
    solution: 'Create the user: POST /api/users {"name":"danny"}. Or look for it: GET /api/users?name=danny.',
    request: 'PUT /chatroom/lobby {"userName":"danny"}',
    detail: 'There is no user "danny" yet. Create it: POST /api/users {"name":"danny"}',
  },
  'chatroom-not-found': {
    meaning: 'There is no such chatroom.',
    why: 'Nobody created the chatroom yet, it was deleted, or the name is misspelled.',
    solution: 'Create it: POST /api/chatroom {"name":"lobby"}. Or list those that exist: GET /api/chatroom.',
    request: 'GET /chatroom/lobby',
    detail: 'There is no chatroom "lobby" yet. Create it: POST /api/chatroom {"name":"lobby"}',
  },
  'message-not-found': {
    meaning: 'There is no such message in the chatroom.',
    why: 'The number is not that of a message of this chatroom, or the message was deleted and can not be changed.',
    solution: 'Take the number from `seq` of a message: GET /chatroom/lobby/message.',
    request: 'GET /chatroom/lobby/message/99',
    detail: 'There is no message 99 in this chatroom, or it was deleted.',
  },
  'member-not-found': {
    meaning: 'The user is not a member of the chatroom.',
    why: 'The user has not joined the chatroom, or has left it.',
    solution: 'Join first: PUT /chatroom/lobby {"userName":"danny"}.',
    request: 'GET /chatroom/lobby/member/danny',
    detail: '"danny" is not a member of this chatroom.',
  },
  'report-not-found': {
    meaning: 'There is no such report in the chatroom.',
    why: 'The number is not that of a report of this chatroom.',
    solution: 'List the reports: GET /chatroom/lobby/report.',
    request: 'GET /chatroom/lobby/report/99',
    detail: 'There is no report 99 in this chatroom.',
  },
  'not-found': {
    meaning: 'There is nothing at this path.',
    why: 'The path is misspelled: in the plural instead of the singular, with or without /api, in other letter case, or with a slash too many.',
    solution: 'Use the path that `detail` suggests, or find it in the API reference.',
    request: 'GET /chatrooms/lobby',
    detail: 'There is nothing at /chatrooms/lobby. Did you mean /chatroom/lobby?',
  },
  'method-not-allowed': {
    meaning: 'The path exists, but not with this method.',
    why: 'The request was sent with another method than the path has.',
    solution: 'Use one of the methods in the `Allow` header.',
    request: 'POST /chatroom/lobby',
    detail: 'POST is not allowed at /chatroom/lobby. Allowed: GET, HEAD, PUT, PATCH, DELETE, OPTIONS.',
  },
  'name-taken': {
    meaning: 'The name is taken, or looks like one that is.',
    why: 'Names that differ only in letter case, accents of look-alike letters or invisible characters count as the same name, so that nobody can pose as another.',
    solution: 'Choose another name. If the user or chatroom is yours already, go on without creating it.',
    request: 'POST /api/users {"name":"Danny"}',
    detail:
      'The name "Danny" looks like "danny", which is taken. Choose another name. If it is yours already, go on without creating it.',
  },
  'import-conflict': {
    meaning: 'The lines of an import do not fit what is in the database.',
    why: 'People or chatrooms of the file have names that are taken here, or the request does not go on where the import is, or the import was left for 30 days.',
    solution: 'Send `rename=true` or `mergeUsers=true`, or go on with the line that the problem names.',
    request: 'POST /api/import {"type":"parlour",…}',
    detail: 'The name of the user "danny" in line 3 is taken. Nothing of this request was stored.',
  },
  'body-too-large': {
    meaning: 'The body of the request is too large.',
    why: 'A body may have at most 64 KiB, and one with lines of an import 1 MiB.',
    solution: 'Send less in one request. A message may have 4,000 characters.',
    request: send,
    detail: 'The body has more than 64 KiB. Send less in one request.',
  },
  'unsupported-media-type': {
    meaning: 'The body is not sent as JSON, or a file is sent as a form.',
    why: 'The header Content-Type is missing or names another type. `fetch` sets text/plain if you set no header.',
    solution:
      'Send the header `Content-Type: application/json`, and JSON.stringify the body. Send a file as it is: `body: file`.',
    request: `${send} (with Content-Type: text/plain)`,
    detail:
      'The Content-Type of the body is "text/plain". Send JSON with the header "Content-Type: application/json".',
  },
  'idempotency-key-reused': {
    meaning: 'The Idempotency-Key was used for another message.',
    why: 'A key stands for one message. A repeat must have the same text.',
    solution: 'Make a new key for each message, such as crypto.randomUUID().',
    request: `${send} (with the Idempotency-Key of another message)`,
    detail: 'This Idempotency-Key was used for another message. Make a new key for each message.',
  },
  'chatroom-limit': {
    meaning: 'Your address has made all the chatrooms that it may make today.',
    why: 'A limit for each address keeps robots from filling the database with chatrooms: ROOMS_PER_DAY.',
    solution:
      'Use a chatroom that exists, or wait for the seconds in the `Retry-After` header. If the server is yours, raise ROOMS_PER_DAY and deploy.',
    request: 'POST /api/chatroom {"name":"lobby"}',
    detail:
      'At most 100 new chatrooms from your address are allowed on one day. Use a chatroom that exists, or try again after midnight UTC.',
  },
  'rate-limited': {
    meaning: 'You sent too many requests.',
    why: 'Limits for each address and each user stop one buggy page from blocking others.',
    solution: 'Wait for the seconds in the `Retry-After` header, then go on more slowly.',
    request: send,
    detail: 'At most 20 writes by one user are allowed in 10 seconds. Wait 10 seconds.',
  },
  'slow-mode': {
    meaning: 'The chatroom is in slow mode, and your last message was too recent.',
    why: 'The owner set how long members wait between two messages.',
    solution: 'Wait for the seconds in the `Retry-After` header.',
    request: send,
    detail: 'This chatroom is in slow mode. Wait 30 seconds before your next message.',
  },
  'internal-error': {
    meaning: 'Something went wrong on the server.',
    why: 'The server has a fault or is set up wrong.',
    solution: 'Try again later. The owner finds the cause in the log, under the id in `instance`.',
    request: send,
    detail: 'Something went wrong on the server. The log has the cause under the id in `instance`.',
  },
  'daily-limit': {
    meaning: 'The instance has written all the rows that its owner allows on one day.',
    why: 'The limit keeps the instance within its free quota. Reading goes on.',
    solution: 'Wait until midnight UTC. The owner can raise DAILY_WRITES.',
    request: send,
    detail:
      'This instance has reached its limit of writes for today. Try again after midnight UTC. Nothing was stored.',
  },
  unavailable: {
    meaning: 'The server can not answer at the moment.',
    why: 'The database, the key server of the site or another part is overloaded or unreachable.',
    solution: 'Try again after `Retry-After` seconds. With an Idempotency-Key, nothing is stored twice.',
    request: send,
    detail: 'The database did not answer. Try again. The write may have been stored.',
  },
}
