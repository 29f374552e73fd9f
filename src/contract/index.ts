/**
 * Schemas of everything on the wire. Requests are parsed with them, the OpenAPI document is built from them, and clients take
 * their types from them. They import nothing but zod, so that a browser can load them too.
 */

export * from './admin.ts'
export * from './chatrooms.ts'
export * from './deletions.ts'
export * from './entries.ts'
export * from './exports.ts'
export { chatroomName, userName } from './fields.ts'
export * from './frames.ts'
export * from './held.ts'
export * from './history.ts'
export * from './hooks.ts'
export * from './import.ts'
export * from './limits.ts'
export * from './lists.ts'
export * from './live.ts'
export * from './push.ts'
export * from './reactions.ts'
export * from './reading.ts'
export * from './requests.ts'
export * from './responses.ts'
export { banBody } from './sanctions.ts'
export { type RoomSettings, settingNames } from './settings.ts'
export * from './site-audit.ts'
export * from './site-ban.ts'
export * from './webhooks.ts'
