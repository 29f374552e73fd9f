/**
 * The answer to each request by each role. The columns are those of `roles.test.ts`:
 * - `nobody` sends no token and no name, `name` uses an open name, `guest` a token without a role, `banned` is a member who is banned
 *   in the room, and `siteBanned` one who is banned from the site.
 * - `claimedModerator` is a moderator of the site by a claim of a login. The database doesn't know this role, so it counts as a
 *   guest where somebody else acts on it.
 *
 * A request in a room has an answer for a public room with an owner, for a room for members with an owner, and for a public room of
 * the site:
 * - `+` it is done. For a list or a refusal of held messages, this may be for the caller's own ones only.
 * - `x` 400: a name is missing. `?` 401. `-` 403. `0` 404. `c` 409. `.` there is no owner.
 *
 * Placeholders: `self` is the caller, who wrote message 2. `other` is a member, who wrote message 1.
 */
export const rolesTable = `
GET /api/hello                                     | +     +     +     +     +     +     +     +     +     +     +     +
GET /openapi.json                                  | +     +     +     +     +     +     +     +     +     +     +     +
GET /api/users                                     | +     +     +     +     +     +     +     +     +     +     +     +
POST /api/users {"name":"$new"}                    | +     +     +     +     +     +     +     +     +     +     +     +
GET /api/users/me                                  | ?     +     +     +     +     +     +     +     +     +     +     +
GET /api/users/me/chatroom                         | ?     +     +     +     +     +     +     +     +     +     +     +
GET /api/users/me/mention                          | ?     +     +     +     +     +     +     +     +     +     +     +
GET /api/users/me/report                           | ?     ?     +     +     +     +     +     +     +     +     +     ?
GET /api/users/me/push                             | ?     ?     +     +     +     +     +     +     +     +     +     ?
PUT /api/users/me/push $push                       | ?     ?     +     +     +     +     +     +     +     +     +     ?
DELETE /api/users/me/push                          | ?     ?     +     +     +     +     +     +     +     +     +     ?
GET /api/users/$other                              | +     +     +     +     +     +     +     +     +     +     +     +
PUT /api/users/$other {"name":"$new"}              | +     +     -     -     -     -     -     -     -     -     +     +
PATCH /api/users/$other {"name":"$new"}            | +     +     -     -     -     -     -     -     -     -     +     +
PATCH /api/users/$other {"role":"moderator"}       | ?     ?     -     -     -     -     -     -     -     -     +     +
PATCH /api/users/$other {"role":"admin"}           | ?     ?     -     -     -     -     -     -     -     -     +     +
PATCH /api/users/$other {"protected":false}        | ?     ?     -     -     -     -     -     -     -     -     +     +
DELETE /api/users/$other                           | +     +     -     -     -     -     -     -     -     -     +     +
DELETE /api/users/$other?messages=delete           | ?     ?     -     -     -     -     -     -     -     -     +     +
POST /api/users/$other/token                       | ?     ?     -     -     -     -     -     -     -     -     +     +
DELETE /api/users/$other/token                     | ?     ?     -     -     -     -     -     -     -     -     +     +
PUT /api/users/$other/ban {}                       | ?     ?     -     -     -     -     -     -     +     +     +     +
DELETE /api/users/$other/ban                       | ?     ?     -     -     -     -     -     -     +     +     +     +
PUT /api/users/$self {"name":"$new"}               | +     +     +     +     +     -     +     +     +     +     +     +
PATCH /api/users/$self {"protected":true}          | ?     ?     +     +     +     +     +     +     +     +     +     +
PATCH /api/users/$self {"role":"moderator"}        | ?     ?     -     -     -     -     -     -     -     -     +     +
DELETE /api/users/$self                            | +     +     +     +     +     +     +     +     +     +     +     +
DELETE /api/users/$self?messages=delete            | ?     ?     +     +     -     +     +     +     +     +     +     +
POST /api/users/$self/token                        | ?     ?     +     +     +     +     +     +     +     +     +     +
DELETE /api/users/$self/token                      | ?     ?     +     +     +     +     +     +     +     +     +     +
GET /api/admin                                     | ?     ?     -     -     -     -     -     -     +     +     +     +
PATCH /api/admin {"slowModeSeconds":0}             | ?     ?     -     -     -     -     -     -     -     -     +     +
GET /api/admin/usage                               | ?     ?     -     -     -     -     -     -     +     +     +     +
GET /api/admin/report                              | ?     ?     -     -     -     -     -     -     +     +     +     +
GET /api/admin/held                                | ?     ?     -     -     -     -     -     -     +     +     +     +
GET /api/admin/ban                                 | ?     ?     -     -     -     -     -     -     +     +     +     +
GET /api/admin/file                                | ?     ?     -     -     -     -     -     -     +     +     +     +
GET /api/admin/file/usage                          | ?     ?     -     -     -     -     -     -     +     +     +     +
GET /api/admin/blocked-file                        | ?     ?     -     -     -     -     -     -     +     +     +     +
PUT /api/admin/blocked-file/47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU {"name":"x"} | ?     ?     -     -     -     -     -     -     +     +     +     +
DELETE /api/admin/blocked-file/47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU | ?     ?     -     -     -     -     -     -     +     +     +     +
GET /api/admin/user                                | ?     ?     -     -     -     -     -     -     +     +     +     +
GET /api/admin/user/$other/message                 | ?     ?     -     -     -     -     -     -     +     +     +     +
GET /api/admin/chatroom                            | ?     ?     -     -     -     -     -     -     +     +     +     +
GET /api/admin/audit                               | ?     ?     -     -     -     -     -     -     -     -     +     +
GET /api/admin/webhook                             | ?     ?     -     -     -     -     -     -     -     -     +     +
POST /api/admin/webhook {"url":"https://example.org/x"} | ?     ?     -     -     -     -     -     -     -     -     +     +
GET /api/admin/webhook/$webhook                    | ?     ?     -     -     -     -     -     -     -     -     +     +
PATCH /api/admin/webhook/$webhook {"enabled":false} | ?     ?     -     -     -     -     -     -     -     -     +     +
POST /api/admin/webhook/$webhook/secret            | ?     ?     -     -     -     -     -     -     -     -     +     +
POST /api/admin/webhook/$webhook/resend            | ?     ?     -     -     -     -     -     -     -     -     +     +
DELETE /api/admin/webhook/$webhook                 | ?     ?     -     -     -     -     -     -     -     -     +     +
GET /api/import?import=x                           | ?     ?     -     -     -     -     -     -     -     -     +     +
POST /api/import {"type":"parlour","version":1,"scope":"site"} | ?     ?     -     -     -     -     -     -     -     -     +     +
PUT /api/import/file/ANamelessFileWithoutId?import=x&room=1 {} | ?     ?     -     -     -     -     -     -     -     -     0     0
GET /api/export                                    | ?     ?     -     -     -     -     -     -     -     -     +     +
GET /api/users/$other/export                       | ?     ?     -     -     -     -     -     -     -     -     +     +
GET /api/users/$self/export                        | ?     ?     +     +     +     +     +     +     +     +     +     +
GET /api/chatroom                                  | +     +     +     +     +     +     +     +     +     +     +     +
POST /api/chatroom {"name":"$new"}                 | +     +     +     +     +     -     +     +     +     +     +     +
POST /hook/$secret {"text":"x"}                    | +     +     +     +     +     +     +     +     +     +     +     +
GET /file/ANamelessFileWithoutId/x.txt             | 0     0     0     0     0     0     0     0     0     0     0     0
GET $room                                          | +++   +++   +++   +++   +++   +++   +++   ++.   +++   +++   +++   +++
PUT $room {}                                       | xxx   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
PUT $room {"userName":"$outsiderName"}             | +-+   +-+   ---   ---   ---   ---   ---   --.   ---   ---   ---   +++
PATCH $room {"title":"x"}                          | ???   ???   ---   ---   ---   ---   ---   ++.   --+   --+   +++   +++
PATCH $room {"owner":"$selfName"}                  | ???   ???   ---   ---   ---   ---   ---   ++.   ---   ---   +++   +++
PATCH $room {"readers":"members"}                  | ???   ???   ---   ---   ---   ---   ---   ++.   --+   --+   +++   +++
PATCH $room {"approval":"all"}                     | ???   ???   ---   ---   ---   ---   ---   ++.   --+   --+   +++   +++
DELETE $room                                       | ???   ???   ---   ---   ---   ---   ---   ++.   --+   --+   +++   +++
GET $room/member                                   | +-+   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
GET $room/member/$otherName                        | +-+   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
PATCH $room/member/$otherName {"role":"member"}    | ???   ???   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
PATCH $room/member/$otherName {"role":"moderator"} | ???   ???   ---   ---   ---   ---   ---   ++.   --+   --+   +++   +++
PATCH $room/member/$otherName {"ban":{}}           | ???   ???   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
PATCH $room/member/$otherName {"mute":{}}          | ???   ???   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
PATCH $room/member/$selfName {"role":"moderator"}  | ???   ???   ---   ---   ---   ---   ---   --.   --+   --+   +++   +++
PATCH $room/member/$selfName {"ban":null}          | ???   ???   ---   ---   ---   ---   ---   --.   ---   +++   +++   +++
PATCH $room/member/$moderatorName {"ban":{}}       | ???   ???   ---   ---   ---   ---   ---   ++.   +++   +++   +++   +++
PATCH $room/member/$ownerName {"ban":{}}           | ???   ???   ---   ---   ---   ---   --+   --.   --+   --+   +++   +++
PUT $room/member/$selfName/read {"seq":1}          | 0-0   0-0   0-0   +++   ---   ---   +++   00.   000   000   000   000
PUT $room/member/$otherName/read {"seq":1}         | +++   +++   ---   ---   ---   ---   ---   --.   ---   ---   ---   +++
DELETE $room/member/$selfName                      | 000   000   000   +++   +++   +++   +++   00.   000   000   000   000
DELETE $room/member/$otherName                     | +++   ---   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
GET $room/message                                  | +-+   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
POST $room/message {"message":"x"}                 | xxx   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
DELETE $room/message?authorOf=1                    | ???   ???   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
GET $room/archive                                  | +-+   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
GET $room/feed                                     | +0+   +0+   +0+   +0+   +0+   +0+   +0+   +0.   +0+   +0+   +0+   +0+
GET $room/feed.json                                | +0+   +0+   +0+   +0+   +0+   +0+   +0+   +0.   +0+   +0+   +0+   +0+
GET $room/message/1                                | +-+   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
POST $room/file?name=x.txt {}                      | xxx   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
PATCH $room/message/1 {"message":"y"}              | xxx   ---   ---   ---   ---   ---   ---   --.   ---   ---   ---   ---
PATCH $room/message/2 {"message":"y"}              | xxx   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
DELETE $room/message/1                             | xxx   ---   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
DELETE $room/message/2                             | xxx   +++   +++   +++   +++   +++   +++   ++.   +++   +++   +++   +++
GET $room/message/1/reaction                       | +-+   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
PUT $room/message/1/reaction/🎉 {}                  | xxx   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
DELETE $room/message/1/reaction/🎉                  | xxx   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
GET $room/pin                                      | +-+   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
PUT $room/pin/1                                    | ???   ???   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
DELETE $room/pin/1                                 | ???   ???   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
POST $room/message/1/report {"reason":"x"}         | xxx   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
GET $room/report                                   | ???   ???   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
GET $room/report/1                                 | ???   ???   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
PATCH $room/report/1 {"resolved":true}             | ???   ???   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
GET $room/sanction                                 | ???   ???   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
POST $room/sanction {"authorOf":1,"kind":"ban"}    | ???   ???   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
GET $room/export                                   | ???   ???   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
GET $room/audit                                    | ???   ???   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
GET $room/blocked-word                             | ???   ???   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
GET $room/hook                                     | ???   ???   ---   ---   ---   ---   ---   ++.   --+   --+   +++   +++
POST $room/hook {"name":"$new"}                    | ???   ???   ---   ---   ---   ---   ---   ++.   --+   --+   +++   +++
POST $room/hook/$hook/secret                       | ???   ???   ---   ---   ---   ---   ---   ++.   --+   --+   +++   +++
DELETE $room/hook/$hook                            | ???   ???   ---   ---   ---   ---   ---   ++.   --+   --+   +++   +++
GET $room/webhook                                  | ???   ???   ---   ---   ---   ---   ---   ++.   --+   --+   +++   +++
POST $room/webhook {"url":"https://example.org/x"} | ???   ???   ---   ---   ---   ---   ---   ++.   --+   --+   +++   +++
GET $room/webhook/$webhook                         | ???   ???   ---   ---   ---   ---   ---   ++.   --+   --+   +++   +++
PATCH $room/webhook/$webhook {"enabled":false}     | ???   ???   ---   ---   ---   ---   ---   ++.   --+   --+   +++   +++
POST $room/webhook/$webhook/secret                 | ???   ???   ---   ---   ---   ---   ---   ++.   --+   --+   +++   +++
POST $room/webhook/$webhook/resend                 | ???   ???   ---   ---   ---   ---   ---   ++.   --+   --+   +++   +++
DELETE $room/webhook/$webhook                      | ???   ???   ---   ---   ---   ---   ---   ++.   --+   --+   +++   +++
GET $room/live                                     | +-+   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
POST $room/ticket {}                               | xxx   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
GET $room/held                                     | ???   ???   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
PUT $room/held?author=$otherName                   | ???   ???   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
DELETE $room/held?author=$otherName                | ???   ???   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
GET $room/held/$heldOfOther                        | 0-0   0-0   0-0   000   ---   ---   +++   ++.   +++   +++   +++   +++
PUT $room/held/$heldOfOther                        | ???   ???   ---   ---   ---   ---   +++   ++.   +++   +++   +++   +++
DELETE $room/held/$heldOfOther                     | 0-0   0-0   0-0   000   ---   ---   +++   ++.   +++   +++   +++   +++
GET $room/held/$heldOfSelf                         | 0-0   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
PUT $room/held/$heldOfSelf                         | ???   ???   ---   ---   ---   ---   +++   ++.   +++   +c+ +++   +c+
DELETE $room/held/$heldOfSelf                      | 0-0   +-+   +-+   +++   ---   ---   +++   ++.   +++   +++   +++   +++
`
